package io.openshell.proxy.tls;

/** TLS material could not be made or read. The message names the file or the certificate, and the cause. */
public final class TlsException extends RuntimeException {

    TlsException(String message) {
        super(message);
    }

    TlsException(String message, Throwable cause) {
        super(message + ": " + cause.getMessage(), cause);
    }
}
