@NullMarked
package io.openshell.plugin.rest;

import org.jspecify.annotations.NullMarked;
