@NullMarked
package io.openshell.plugin.graphql;

import org.jspecify.annotations.NullMarked;
