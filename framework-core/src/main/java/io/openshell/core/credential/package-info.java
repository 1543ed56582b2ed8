/** Credentials as agents hold them: placeholders, never the secrets that they stand for. */
@NullMarked
package io.openshell.core.credential;

import org.jspecify.annotations.NullMarked;
