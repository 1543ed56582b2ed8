@NullMarked
package io.openshell.plugin.websocket;

import org.jspecify.annotations.NullMarked;
