/**
 * Requests to {@code inference.local} on their way: read strictly and whole, given the operator's model and key, sent to
 * the first backend that answers, and the answer passed on as it comes.
 *
 * <p>{@link io.openshell.proxy.inference.InferenceGateway} is one sandbox's; each connection of its agent has an {@link
 * io.openshell.proxy.inference.InferenceSession}, which handles one request after the other on the connection's event
 * loop. What is decided stands in {@code io.openshell.core.inference}.
 */
@NullMarked
package io.openshell.proxy.inference;

import org.jspecify.annotations.NullMarked;
