/**
 * TLS on both sides of the proxy: the certificate authority that each sandbox has for itself, and the trust with
 * which upstream servers are verified.
 */
@NullMarked
package io.openshell.proxy.tls;

import org.jspecify.annotations.NullMarked;
