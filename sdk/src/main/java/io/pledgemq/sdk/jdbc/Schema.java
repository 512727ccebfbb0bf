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
import java.util.stream.Stream;

/**
 * The PledgeMQ tables of one database: creates them, upgrades them, and refuses those it does not understand.
 *
 * <p>Version 2 only adds to version 1 (columns with defaults, one table), so {@code schema_version} stays 1 and
 * instances of both versions run side by side. A change that older code could not live with would raise it.
 */
final class Schema {
    static final String BARRIER_WATERMARK = "barrier_watermark";
    static final String INBOX_WATERMARK = "inbox_watermark";
    static final String OUTBOX_RELAY = "outbox_relay";
    static final String DATABASE_ID = "database_id";
    private static final String SCHEMA_VERSION = "schema_version";
    private static final String CURRENT_SCHEMA = "1";
    private static final String SCRIPT_1 = "V1__pledgemq_tables.sql";
    private static final String SCRIPT_2 = "V2__pledgemq_identity_and_order.sql";
    private static final String PROBE_1 =
            "SELECT 1 FROM pledge_meta, pledge_barrier, pledge_inbox, pledge_outbox WHERE 1 = 0";
    private static final String COLUMNS_2 = "SELECT b.engine, i.due_ms, o.seq, o.engine, o.status, o.problem"
            + " FROM pledge_barrier b, pledge_inbox i, pledge_outbox o WHERE 1 = 0";
    private static final String PROBE_2 = "SELECT b.engine, i.due_ms, o.seq, o.engine, o.status, o.problem, n.beats,"
            + " n.beat_ms FROM pledge_barrier b, pledge_inbox i, pledge_outbox o, pledge_incarnation n WHERE 1 = 0";

    private Schema() {}

    /** Creates what is missing. Needs auto-commit. Harmless if all is there, and when several processes do it. */
    static void create(Connection connection, Dialect dialect) throws SQLException {
        if (!answers(connection, PROBE_1)) {
            run(connection, dialect, SCRIPT_1, PROBE_1);
        }
        if (!answers(connection, PROBE_2)) {
            if (!answers(connection, COLUMNS_2)) {
                dialect.requireUpgradable(connection);
            }
            run(connection, dialect, SCRIPT_2, PROBE_2);
        }
        seed(connection, dialect);
    }

    /**
     * Needs auto-commit.
     *
     * @return identity of the database
     * @throws DatabaseException if tables are missing or of a version that this code does not know
     */
    static String open(Connection connection, Dialect dialect) throws SQLException {
        String url = connection.getMetaData().getURL();
        if (!answers(connection, PROBE_1)) {
            throw new DatabaseException("the PledgeMQ tables are missing in " + url + "; call createTables(), or let "
                    + "your migrations run " + path(dialect, SCRIPT_1) + " and " + path(dialect, SCRIPT_2)
                    + " from the sdk jar");
        }
        if (!answers(connection, PROBE_2)) {
            throw new DatabaseException("the PledgeMQ tables in " + url + " are of version 1, expected version 2; "
                    + "call createTables(), or let your migrations run " + path(dialect, SCRIPT_2)
                    + " from the sdk jar. It only adds: instances of the older version go on working");
        }
        seed(connection, dialect);
        String version = meta(connection, SCHEMA_VERSION).orElse("none");
        if (!version.equals(CURRENT_SCHEMA)) {
            throw new DatabaseException("expected PledgeMQ tables of " + SCHEMA_VERSION + " " + CURRENT_SCHEMA
                    + ", actual " + version + "; use the version of the sdk that made them");
        }
        return meta(connection, DATABASE_ID)
                .orElseThrow(() -> new DatabaseException("pledge_meta has lost its row " + DATABASE_ID));
    }

    static String giveNewIdentity(Connection connection) throws SQLException {
        String id = UUID.randomUUID().toString();
        Dialect.execute(connection, "UPDATE pledge_meta SET meta_value = ? WHERE name = ?", id, DATABASE_ID);
        if (!meta(connection, DATABASE_ID).equals(Optional.of(id))) {
            throw new SQLException("pledge_meta has no row " + DATABASE_ID + "; run createTables()");
        }
        return id;
    }

    /** Returns all statements for an empty database, in order. */
    static String script(Dialect dialect) {
        return read(dialect, SCRIPT_1) + read(dialect, SCRIPT_2);
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

    private static boolean answers(Connection connection, String probe) {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(probe)) {
            return rows.getMetaData().getColumnCount() > 0;
        } catch (SQLException missing) {
            return false;
        }
    }

    private static void run(Connection connection, Dialect dialect, String script, String probe) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements(read(dialect, script)).toList()) {
                execute(statement, dialect, sql);
            }
        } catch (SQLException e) {
            if (!answers(connection, probe)) {
                throw e;
            }
            // Another process did it at the same moment.
        }
    }

    /** Half an upgrade, by a process that was killed, is completed: MySQL has no ADD COLUMN IF NOT EXISTS. */
    private static void execute(Statement statement, Dialect dialect, String sql) throws SQLException {
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            if (!dialect.isThereAlready(e)) {
                throw e;
            }
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

    private static Stream<String> statements(String script) {
        String code = script.lines().filter(line -> !line.startsWith("--")).collect(Collectors.joining("\n"));
        List<String> parts = Arrays.asList(code.split(";"));
        return parts.stream().map(String::strip).filter(sql -> !sql.isEmpty());
    }

    private static String path(Dialect dialect, String script) {
        return "io/pledgemq/sdk/jdbc/" + dialect.name() + "/" + script;
    }

    private static String read(Dialect dialect, String script) {
        String path = path(dialect, script);
        try (InputStream content = Schema.class.getResourceAsStream("/" + path)) {
            if (content == null) {
                throw new DatabaseException("the sdk jar is incomplete: " + path + " is missing");
            }
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + path + " from the sdk jar", e);
        }
    }
}
