/** What the engines send and get, as JSON. */
@NullMarked
package io.openshell.plugin.docker.json;

import org.jspecify.annotations.NullMarked;
