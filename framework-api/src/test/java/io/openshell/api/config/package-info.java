/** Tests of what this package refuses and keeps. */
@NullMarked
package io.openshell.api.config;

import org.jspecify.annotations.NullMarked;
