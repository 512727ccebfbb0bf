package io.pledgemq.sdk.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives connections back. */
public final class Connections {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private Connections() {}

    /**
     * Ends a connection whose transaction could not be ended. The database rolls it back when it notices; anything
     * else, such as {@code setAutoCommit(true)} or a pool that reuses it, might commit.
     */
    public static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException | AbstractMethodError e) {
            LOG.warn("a connection could not be aborted; the pool should drop it: {}", e.getMessage());
        }
    }

    public static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("a connection could not be closed: {}", e.getMessage());
        }
    }
}
