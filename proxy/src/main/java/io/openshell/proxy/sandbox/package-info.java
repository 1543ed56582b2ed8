/** What the proxy asks of the sandbox that it serves. The supervisor implements these. */
@NullMarked
package io.openshell.proxy.sandbox;

import org.jspecify.annotations.NullMarked;
