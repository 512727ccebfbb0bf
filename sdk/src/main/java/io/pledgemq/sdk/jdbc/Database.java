package io.pledgemq.sdk.jdbc;

import io.pledgemq.sdk.errors.DatabaseException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * One business database: its dialect, its identity and its connections. The identity is a UUID that was created with
 * the tables; a copy of the database has the same one, so a copy must not run as a second participant.
 */
public final class Database {
    static final String BARRIER_WATERMARK = "barrier_watermark";
    static final String INBOX_WATERMARK = "inbox_watermark";
    static final String OUTBOX_RELAY = "outbox_relay";
    private static final String DATABASE_ID = "database_id";
    private static final String SCHEMA_VERSION = "schema_version";
    private static final String CURRENT_SCHEMA = "1";

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
            if (!hasTables(connection)) {
                throw new DatabaseException("the PledgeMQ tables are missing in "
                        + connection.getMetaData().getURL() + "; call createTables(), or let your migrations run "
                        + scriptName(dialect) + " from the sdk jar");
            }
            seed(connection, dialect);
            String version = meta(connection, SCHEMA_VERSION).orElse("none");
            if (!version.equals(CURRENT_SCHEMA)) {
                throw new DatabaseException("expected PledgeMQ tables of version " + CURRENT_SCHEMA + ", actual "
                        + version + "; run the scripts that come with this version of the sdk");
            }
            String id = meta(connection, DATABASE_ID)
                    .orElseThrow(() -> new DatabaseException("pledge_meta has lost its row " + DATABASE_ID));
            connection.setAutoCommit(autoCommitBefore);
            return new Database(dataSource, dialect, id);
        } catch (SQLException e) {
            throw new DatabaseException("cannot open the business database", e);
        }
    }

    /**
     * Creates what is missing: tables, identity, watermarks. Harmless if all is there, and when several processes do
     * it.
     */
    public static void createTables(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            boolean autoCommitBefore = connection.getAutoCommit();
            connection.setAutoCommit(true);
            Dialect dialect = Dialect.of(connection);
            if (!hasTables(connection)) {
                runScript(connection, dialect);
            }
            seed(connection, dialect);
            connection.setAutoCommit(autoCommitBefore);
        } catch (SQLException e) {
            throw new DatabaseException("cannot create the PledgeMQ tables", e);
        }
    }

    /** Returns the statements that {@link #createTables} runs on this kind of database. */
    public String script() {
        return script(dialect);
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

    static Optional<String> meta(Connection connection, String name) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT meta_value FROM pledge_meta WHERE name = ?")) {
            query.setString(1, name);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
            }
        }
    }

    private static boolean hasTables(Connection connection) {
        String probe = "SELECT 1 FROM pledge_meta, pledge_barrier, pledge_inbox, pledge_outbox WHERE 1 = 0";
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(probe)) {
            return rows.getMetaData().getColumnCount() == 1;
        } catch (SQLException missing) {
            return false;
        }
    }

    private static void runScript(Connection connection, Dialect dialect) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements(script(dialect))) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            if (!hasTables(connection)) {
                throw e;
            }
            // Another process created them at the same moment.
        }
    }

    /** Once in a database's life. The identity comes last: where it is, nothing that is missing is made up again. */
    private static void seed(Connection connection, Dialect dialect) throws SQLException {
        if (meta(connection, DATABASE_ID).isPresent()) {
            return;
        }
        insertIfAbsent(connection, dialect, BARRIER_WATERMARK, "");
        insertIfAbsent(connection, dialect, INBOX_WATERMARK, "");
        insertIfAbsent(connection, dialect, OUTBOX_RELAY, "lock");
        insertIfAbsent(connection, dialect, SCHEMA_VERSION, CURRENT_SCHEMA);
        insertIfAbsent(connection, dialect, DATABASE_ID, UUID.randomUUID().toString());
    }

    private static void insertIfAbsent(Connection connection, Dialect dialect, String name, String value)
            throws SQLException {
        if (meta(connection, name).isPresent()) {
            return;
        }
        try {
            Dialect.execute(connection, "INSERT INTO pledge_meta (name, meta_value) VALUES (?, ?)", name, value);
        } catch (SQLException e) {
            if (!dialect.isDuplicateKey(e)) {
                throw e;
            }
            // Another process was first; its value counts.
        }
    }

    private static List<String> statements(String script) {
        String code = script.lines().filter(line -> !line.startsWith("--")).collect(Collectors.joining("\n"));
        return Arrays.stream(code.split(";"))
                .map(String::strip)
                .filter(sql -> !sql.isEmpty())
                .toList();
    }

    private static String scriptName(Dialect dialect) {
        return "io/pledgemq/sdk/jdbc/" + dialect.name() + "/V1__pledgemq_tables.sql";
    }

    private static String script(Dialect dialect) {
        try (InputStream script = Database.class.getResourceAsStream("/" + scriptName(dialect))) {
            if (script == null) {
                throw new DatabaseException("the sdk jar is incomplete: " + scriptName(dialect) + " is missing");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + scriptName(dialect) + " from the sdk jar", e);
        }
    }
}
