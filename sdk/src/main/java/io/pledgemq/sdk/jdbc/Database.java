package io.pledgemq.sdk.jdbc;

import io.pledgemq.sdk.errors.DatabaseException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * One business database: its dialect, its identity and its connections. The identity is a UUID that was created with
 * the tables; a copy of the database has the same one, so a copy must not run as a second participant.
 */
public final class Database {
    private final DataSource dataSource;
    private final Dialect dialect;
    private final String id;

    private Database(DataSource dataSource, Dialect dialect, String id) {
        this.dataSource = dataSource;
        this.dialect = dialect;
        this.id = id;
    }

    /**
     * Opens a database that has the tables.
     *
     * @throws DatabaseException if the database cannot be reached, is of an unknown kind, or has no PledgeMQ tables
     */
    public static Database open(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            boolean autoCommitBefore = connection.getAutoCommit();
            connection.setAutoCommit(true);
            Dialect dialect = Dialect.of(connection);
            String id = Schema.open(connection, dialect);
            connection.setAutoCommit(autoCommitBefore);
            return new Database(dataSource, dialect, id);
        } catch (SQLException e) {
            throw new DatabaseException("cannot open the business database", e);
        }
    }

    /**
     * Creates or upgrades what is missing: tables, columns, identity, watermarks. Harmless if all is there, and when
     * several processes do it.
     */
    public static void createTables(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            boolean autoCommitBefore = connection.getAutoCommit();
            connection.setAutoCommit(true);
            Dialect dialect = Dialect.of(connection);
            Schema.create(connection, dialect);
            connection.setAutoCommit(autoCommitBefore);
        } catch (SQLException e) {
            throw new DatabaseException("cannot create the PledgeMQ tables", e);
        }
    }

    /** Returns the statements that {@link #createTables} runs on this kind of database. */
    public String script() {
        return Schema.script(dialect);
    }

    public String id() {
        return id;
    }

    /** h2, postgresql or mysql. */
    public String kind() {
        return dialect.name();
    }

    public Connection connection() throws SQLException {
        return dataSource.getConnection();
    }

    /** Returns why commits of this database may not survive a crash, and what to do; empty if they do. */
    public Optional<String> durabilityWarning() {
        try (Connection connection = connection()) {
            return dialect.durabilityWarning(connection);
        } catch (SQLException e) {
            return Optional.of("could not find out whether commits are durable: " + e.getMessage());
        }
    }

    Dialect dialect() {
        return dialect;
    }
}
