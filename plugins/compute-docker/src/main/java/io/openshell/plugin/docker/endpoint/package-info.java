/** Where the engines listen, by the rules of their own commands. */
@NullMarked
package io.openshell.plugin.docker.endpoint;

import org.jspecify.annotations.NullMarked;
