@NullMarked
package io.openshell.cli.credential;

import org.jspecify.annotations.NullMarked;
