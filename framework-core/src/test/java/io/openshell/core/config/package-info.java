/** Tests of strict YAML and of binding it. */
@NullMarked
package io.openshell.core.config;

import org.jspecify.annotations.NullMarked;
