/**
 * What is decided about requests to {@code inference.local}: which ones are inference, which backend gets them, with which
 * fields and model, what they may cost, and what they did cost. Pure but for the meters, which count; no sockets, no
 * threads, time is passed in.
 *
 * <p>Providers are data ({@link io.openshell.core.inference.ProviderProfile}): one more is one more entry of a list.
 */
@NullMarked
package io.openshell.core.inference;

import org.jspecify.annotations.NullMarked;
