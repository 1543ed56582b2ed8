@NullMarked
package io.openshell.plugin.docker.endpoint;

import org.jspecify.annotations.NullMarked;
