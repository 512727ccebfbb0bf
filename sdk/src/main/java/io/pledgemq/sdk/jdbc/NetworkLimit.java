package io.pledgemq.sdk.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;

/** Shortens the time that a driver waits for an answer; a driver without such a limit keeps its own. */
final class NetworkLimit {
    private static final int NONE = -1;

    private NetworkLimit() {}

    /** Returns what {@link #restore} needs. */
    static int shorten(Connection connection, Duration limit) throws SQLException {
        try {
            int before = connection.getNetworkTimeout();
            int wanted = Math.toIntExact(limit.toMillis());
            if (before > 0 && before <= wanted) {
                return NONE;
            }
            connection.setNetworkTimeout(Runnable::run, wanted);
            return before;
        } catch (SQLFeatureNotSupportedException | AbstractMethodError e) {
            return NONE;
        }
    }

    static void restore(Connection connection, int before) throws SQLException {
        if (before != NONE) {
            connection.setNetworkTimeout(Runnable::run, before);
        }
    }
}
