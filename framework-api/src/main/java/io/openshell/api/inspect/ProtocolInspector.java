package io.openshell.api.inspect;

/**
 * The compiled rules of one endpoint. One of two kinds, which tells the core how to read the connection.
 */
public sealed interface ProtocolInspector permits RequestInspector, ConnectionInspector {}
