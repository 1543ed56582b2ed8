/** Credentials on the data path: every place, route and failure, against an upstream that records. */
@NullMarked
package io.openshell.proxy.credential;

import org.jspecify.annotations.NullMarked;
