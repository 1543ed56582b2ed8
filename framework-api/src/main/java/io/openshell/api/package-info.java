/**
 * The service provider interfaces of OpenShell. Begin with {@link io.openshell.api.plugin}.
 */
@NullMarked
package io.openshell.api;

import org.jspecify.annotations.NullMarked;
