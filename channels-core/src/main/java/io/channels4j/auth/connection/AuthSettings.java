package io.channels4j.auth.connection;

/**
 * The settings shared by all connections of one middleware.
 *
 * @param expiries the expiry times of the users of open connections
 * @param connections the registry of connections by user and session
 * @param layerAlias the layer that carries disconnect messages between processes
 * @param endsConnectionsOnLogout whether a logout ends the other connections of its session
 */
public record AuthSettings(
        LoginExpiries expiries, UserConnections connections, String layerAlias, boolean endsConnectionsOnLogout) {}
