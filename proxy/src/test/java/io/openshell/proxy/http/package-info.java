/** Tests of the parsers and writers. */
@NullMarked
package io.openshell.proxy.http;

import org.jspecify.annotations.NullMarked;
