package io.openshell.core.echo;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Writes a secret in all forms in which it is looked for. Wipes what it does not hand out. */
final class SecretForms {

    private static final byte[] LOWER = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };
    private static final byte[] UPPER = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'
    };

    private final String key;
    private final Set<ByteBuffer> seen = new HashSet<>();
    private final List<EchoPattern> patterns = new ArrayList<>();

    private SecretForms(String key) {
        this.key = key;
    }

    /** The patterns of one secret, each once. */
    static List<EchoPattern> of(String key, byte[] secret) {
        SecretForms forms = new SecretForms(key);
        forms.add(secret.clone(), EchoForm.RAW);
        forms.add(spacesAsPlus(secret), EchoForm.FORM);
        for (int before = 0; before < 3; before++) {
            forms.add(base64(secret, before, Base64.getEncoder()), EchoForm.BASE64);
            forms.add(base64(secret, before, Base64.getUrlEncoder()), EchoForm.BASE64);
        }
        forms.add(hex(secret, LOWER), EchoForm.HEX);
        forms.add(hex(secret, UPPER), EchoForm.HEX);
        return forms.patterns;
    }

    private void add(byte[] bytes, EchoForm form) {
        if (seen.add(ByteBuffer.wrap(bytes))) {
            patterns.add(new EchoPattern(bytes, key, form));
        } else {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static byte[] spacesAsPlus(byte[] secret) {
        byte[] form = secret.clone();
        for (int i = 0; i < form.length; i++) {
            form[i] = form[i] == ' ' ? (byte) '+' : form[i];
        }
        return form;
    }

    /**
     * The characters that hold nothing but bits of the secret, whatever stands around it.
     *
     * @param before how many bytes stand before it, modulo three
     */
    private static byte[] base64(byte[] secret, int before, Base64.Encoder encoder) {
        byte[] padded = new byte[before + secret.length];
        System.arraycopy(secret, 0, padded, before, secret.length);
        byte[] encoded = encoder.encode(padded);
        byte[] inner = Arrays.copyOfRange(encoded, (before * 8 + 5) / 6, padded.length * 8 / 6);
        Arrays.fill(padded, (byte) 0);
        Arrays.fill(encoded, (byte) 0);
        return inner;
    }

    private static byte[] hex(byte[] secret, byte[] digits) {
        byte[] hex = new byte[secret.length * 2];
        for (int i = 0; i < secret.length; i++) {
            hex[2 * i] = digits[(secret[i] >> 4) & 15];
            hex[2 * i + 1] = digits[secret[i] & 15];
        }
        return hex;
    }
}
