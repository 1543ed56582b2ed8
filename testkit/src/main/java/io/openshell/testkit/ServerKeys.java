package io.openshell.testkit;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A server's key in a key store, made into TLS. It needs nothing but the JDK, as the lab's own process must. */
final class ServerKeys {

    private static final char[] PASSWORD = "testkit".toCharArray();

    private ServerKeys() {}

    static char[] password() {
        return PASSWORD.clone();
    }

    static SSLContext context(KeyStore store) throws GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
