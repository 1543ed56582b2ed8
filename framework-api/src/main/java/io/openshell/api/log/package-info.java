/**
 * Log exporters: destinations for security events besides the files that the core writes itself.
 *
 * <p>Events arrive in batches from one thread that never carries traffic. The core bounds the queue, tries
 * again, and counts what had to be dropped; a slow or failing exporter costs events of its own, never traffic.
 */
@NullMarked
package io.openshell.api.log;

import org.jspecify.annotations.NullMarked;
