/** The guided tour: an upstream, an agent's commands, and what became of each. */
@NullMarked
package io.openshell.cli.demo;

import org.jspecify.annotations.NullMarked;
