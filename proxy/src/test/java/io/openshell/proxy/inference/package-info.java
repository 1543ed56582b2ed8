/** Tests of inference: a real proxy between a client of raw bytes and a recording upstream. */
@NullMarked
package io.openshell.proxy.inference;

import org.jspecify.annotations.NullMarked;
