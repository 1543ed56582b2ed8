package io.openshell.proxy.tls;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.CertBag;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.Pfx;
import org.bouncycastle.asn1.pkcs.SafeBag;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/**
 * A store of trusted certificates that Java programs read: PKCS #12 (RFC 7292), not encrypted and without a code of integrity,
 * since whoever may read it may know all of it, and nobody in a sandbox may write to it. Java 8u301 and newer read it, with any
 * password. The certificates go in as they are: to have the JDK write it, each had to be parsed first, at every start.
 */
final class JavaTrustStore {

    /** Oracle's attribute that makes a certificate without a key a trusted one. */
    private static final ASN1ObjectIdentifier TRUSTED_KEY_USAGE =
            new ASN1ObjectIdentifier("2.16.840.1.113894.746875.1.1");

    private static final DERSequence TRUSTED_FOR_ALL =
            new DERSequence(TRUSTED_KEY_USAGE, new DERSet(KeyPurposeId.anyExtendedKeyUsage));

    private final Map<String, byte[]> certificates = new LinkedHashMap<>();

    /**
     * Adds a certificate.
     *
     * @param alias unique, in lower case
     * @param der its encoding, which Java must be able to parse: of one that it cannot, it would refuse the whole store
     */
    void add(String alias, byte[] der) {
        certificates.put(alias, der);
    }

    /** The store's bytes. */
    byte[] encoded() {
        List<ASN1Encodable> bags = new ArrayList<>();
        certificates.forEach((alias, der) -> bags.add(bag(alias, der)));
        try {
            ContentInfo contents = data(sequence(bags));
            return new Pfx(data(new DERSequence(contents)), null).getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new TlsException("PKCS#12 trust store", e);
        }
    }

    private static SafeBag bag(String alias, byte[] der) {
        DERSequence name =
                new DERSequence(PKCSObjectIdentifiers.pkcs_9_at_friendlyName, new DERSet(new DERBMPString(alias)));
        return new SafeBag(
                PKCSObjectIdentifiers.certBag,
                new CertBag(PKCSObjectIdentifiers.x509Certificate, new DEROctetString(der)),
                new DERSet(new ASN1Encodable[] {name, TRUSTED_FOR_ALL}));
    }

    private static DERSequence sequence(List<ASN1Encodable> elements) {
        return new DERSequence(elements.toArray(ASN1Encodable[]::new));
    }

    private static ContentInfo data(DERSequence contents) throws IOException {
        return new ContentInfo(PKCSObjectIdentifiers.data, new DEROctetString(contents.getEncoded(ASN1Encoding.DER)));
    }
}
