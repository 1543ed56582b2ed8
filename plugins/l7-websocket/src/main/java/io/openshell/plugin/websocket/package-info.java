/**
 * The protocol {@code websocket}: the handshake by path and query, each text and binary message by rules.
 *
 * <p>A connection begins as an HTTP request. {@link io.openshell.plugin.websocket.Handshake} checks it (RFC 6455 section
 * 4.2.1), cuts the extensions that it offers down to what can be read here, and checks the upstream's answer. Then {@link
 * io.openshell.plugin.websocket.WebsocketStream} reads what both sides send: the client's frames strictly ({@link
 * io.openshell.plugin.websocket.FrameReader}), its text messages whole, and the server's frames as far as it must know
 * where they begin and end. Nothing of a text message goes on before it was judged.
 *
 * <p>Every limit is in {@link io.openshell.plugin.websocket.WebsocketLimits}, and is looked at before there is room for the
 * data. Text under way, of all connections together, has one {@link io.openshell.plugin.websocket.MemoryBudget}.
 */
@NullMarked
package io.openshell.plugin.websocket;

import org.jspecify.annotations.NullMarked;
