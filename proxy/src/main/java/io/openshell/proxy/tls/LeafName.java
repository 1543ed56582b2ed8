package io.openshell.proxy.tls;

import io.netty.util.NetUtil;
import org.bouncycastle.asn1.x509.GeneralName;

/**
 * What a leaf certificate is for.
 *
 * @param text the host, or the address without brackets
 * @param kind {@link GeneralName#dNSName} or {@link GeneralName#iPAddress}
 */
record LeafName(String text, int kind) {

    /** Reads a CONNECT host in canonical form. */
    static LeafName of(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        boolean address = NetUtil.isValidIpV4Address(bare) || NetUtil.isValidIpV6Address(bare);
        return new LeafName(bare, address ? GeneralName.iPAddress : GeneralName.dNSName);
    }
}
