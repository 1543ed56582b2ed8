package io.openshell.proxy.relay;

import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLHandshakeException;

/** Why something failed, in one line that holds nothing of the peer's choosing but a certificate's fault. */
final class Failures {

    private static final int MAX = 200;

    private Failures() {}

    static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof CertPathValidatorException)) {
            cause = cause.getCause();
        }
        if (cause.getCause() instanceof CertificateExpiredException expired) {
            return "the certificate has expired (" + expired.getMessage() + ")";
        }
        if (cause.getCause() instanceof CertificateNotYetValidException early) {
            return "the certificate is not valid yet (" + early.getMessage() + ")";
        }
        if (cause instanceof ClosedChannelException) {
            return "connection closed";
        }
        if (cause instanceof ConnectException) {
            return "connection refused or unreachable";
        }
        String text = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        String first = text.lines().findFirst().orElse("").strip();
        return first.length() > MAX ? first.substring(0, MAX) : first;
    }

    /** Whether the peer's certificate is what failed. */
    static boolean isCertificate(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException || cause instanceof CertPathValidatorException) {
                return true;
            }
        }
        return failure instanceof SSLHandshakeException;
    }
}
