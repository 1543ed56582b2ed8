/** HTTP over a Unix socket: as much of it as the interfaces of container engines need, and strictly. */
@NullMarked
package io.openshell.plugin.docker.http;

import org.jspecify.annotations.NullMarked;
