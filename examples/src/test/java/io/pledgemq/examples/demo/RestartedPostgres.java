package io.pledgemq.examples.demo;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server that is stopped and started again on the same data, and the way to it, which stays the same:
 * while the server is down its port refuses connections.
 */
final class RestartedPostgres implements DataSource, AutoCloseable {

    private final Path directory;
    private final AtomicInteger turnedAway = new AtomicInteger();
    private PostgresDatabase server;
    private volatile String url = "";

    RestartedPostgres(Path directory) throws DemoException, SQLException {
        this.directory = directory;
        this.server = start();
    }

    private PostgresDatabase start() throws DemoException, SQLException {
        PostgresDatabase started = PostgresDatabase.open(directory);
        try (Connection connection = started.dataSource().getConnection()) {
            DatabaseMetaData about = connection.getMetaData();
            url = about.getURL();
        }
        return started;
    }

    void stop() throws DemoException {
        server.close();
    }

    void startAgain() throws DemoException, SQLException {
        server = start();
    }

    /** How often nobody answered. */
    int turnedAway() {
        return turnedAway.get();
    }

    @Override
    public Connection getConnection() throws SQLException {
        try {
            return DriverManager.getConnection(url, "postgres", "");
        } catch (SQLException e) {
            turnedAway.incrementAndGet();
            throw e;
        }
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return getConnection();
    }

    @Override
    public void close() throws DemoException {
        server.close();
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("not a wrapper");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
