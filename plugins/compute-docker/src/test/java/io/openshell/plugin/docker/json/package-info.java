@NullMarked
package io.openshell.plugin.docker.json;

import org.jspecify.annotations.NullMarked;
