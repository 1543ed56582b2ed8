@NullMarked
package io.openshell.plugin.docker.http;

import org.jspecify.annotations.NullMarked;
