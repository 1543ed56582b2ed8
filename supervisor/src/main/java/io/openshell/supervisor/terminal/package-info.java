/**
 * The user's own terminal while a command in a sandbox has it: raw mode with a sure way back, bytes carried both
 * ways, and the signals that a terminal's user sends.
 */
@NullMarked
package io.openshell.supervisor.terminal;

import org.jspecify.annotations.NullMarked;
