package io.pledgemq.sdk.jdbc;

import io.pledgemq.sdk.errors.DatabaseException;
import io.pledgemq.sdk.errors.IllegalUseException;
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
    private final boolean handsOutAutoCommit;

    private Database(DataSource dataSource, Dialect dialect, String id, boolean handsOutAutoCommit) {
        this.dataSource = dataSource;
        this.dialect = dialect;
        this.id = id;
        this.handsOutAutoCommit = handsOutAutoCommit;
    }

    /**
     * Opens a database that has the tables. Not inside of a transaction of a framework.
     *
     * @throws DatabaseException if the database cannot be reached, is of an unknown kind, or has no PledgeMQ tables
     */
    public static Database open(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            Dialect dialect = Dialect.of(connection);
            boolean autoCommitBefore = beginAutoCommit(connection, dialect);
            String id = Schema.open(connection, dialect);
            connection.setAutoCommit(autoCommitBefore);
            return new Database(dataSource, dialect, id, autoCommitBefore);
        } catch (SQLException e) {
            throw new DatabaseException("cannot open the business database", e);
        }
    }

    /**
     * Creates or upgrades what is missing: tables, columns, identity, watermarks. Harmless if all is there, and when
     * several processes do it. Not inside of a transaction of a framework.
     */
    public static void createTables(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            Dialect dialect = Dialect.of(connection);
            boolean autoCommitBefore = beginAutoCommit(connection, dialect);
            Schema.create(connection, dialect);
            connection.setAutoCommit(autoCommitBefore);
        } catch (SQLException e) {
            throw new DatabaseException("cannot create the PledgeMQ tables", e);
        }
    }

    /**
     * For a copy that is to live beside its original (staging, a clone): gives it an identity of its own, so that it
     * answers for nobody else. Run it before anything opens the copy, and never on the original: messages that were
     * sent under the old identity can then be decided by an operator only.
     *
     * @return the new identity
     */
    public static String giveNewIdentity(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            Dialect dialect = Dialect.of(connection);
            boolean autoCommitBefore = beginAutoCommit(connection, dialect);
            String id = Schema.giveNewIdentity(connection);
            connection.setAutoCommit(autoCommitBefore);
            return id;
        } catch (SQLException e) {
            throw new DatabaseException("cannot give the database a new identity", e);
        }
    }

    /** Switching to auto-commit would commit what a framework's transaction has written on this connection. */
    private static boolean beginAutoCommit(Connection connection, Dialect dialect) throws SQLException {
        boolean autoCommitBefore = connection.getAutoCommit();
        if (!autoCommitBefore) {
            if (dialect.hasWritten(connection)) {
                throw partOfAnotherTransaction();
            }
            connection.rollback();
        }
        connection.setAutoCommit(true);
        return autoCommitBefore;
    }

    private static IllegalUseException partOfAnotherTransaction() {
        return new IllegalUseException("expected a connection of its own, actual one that is in the middle of another "
                + "transaction: the data source takes part in a framework's transactions, and PledgeMQ would commit or "
                + "discard the one that runs on this thread. Give PledgeMQ the plain data source, call this outside of "
                + "the transaction, or let the transaction join (PledgeMQ.join)");
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

    /**
     * A connection for a transaction of its own.
     *
     * @throws IllegalUseException if the data source gives one that belongs to a transaction that is running
     */
    public Connection ownConnection() throws SQLException {
        Connection connection = dataSource.getConnection();
        boolean own = false;
        try {
            own = connection.getAutoCommit() || (!handsOutAutoCommit && !dialect.hasWritten(connection));
        } finally {
            if (!own) {
                Connections.close(connection);
            }
        }
        if (!own) {
            throw partOfAnotherTransaction();
        }
        return connection;
    }

    /** True if this failure of COMMIT is the database's own word that nothing was committed. */
    public static boolean saysRolledBack(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return state.startsWith("23") || (state.startsWith("40") && !state.equals("40003"));
    }

    /** Returns why commits of this database may not survive a crash, and what to do; empty if they do. */
    public Optional<String> durabilityWarning() {
        try (Connection connection = ownConnection()) {
            return dialect.durabilityWarning(connection);
        } catch (SQLException e) {
            return Optional.of("could not find out whether commits are durable: " + e.getMessage());
        }
    }

    Dialect dialect() {
        return dialect;
    }
}
