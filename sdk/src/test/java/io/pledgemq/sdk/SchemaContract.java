package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.sdk.errors.DatabaseException;
import io.pledgemq.sdk.jdbc.Database;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** Tables of an earlier version. */
interface SchemaContract extends Contract {
    @Test
    default void tablesOfVersionOneAreUpgradedAndTheOlderVersionWorksOn() throws Exception {
        DataSource source = world().emptyDatabase();
        try (Connection connection = source.getConnection();
                Statement sql = connection.createStatement()) {
            for (String statement : versionOne(world().mq.database().kind())) {
                sql.execute(statement);
            }
            sql.execute("INSERT INTO pledge_meta (name, meta_value) VALUES ('barrier_watermark', ''),"
                    + " ('inbox_watermark', ''), ('outbox_relay', 'lock'), ('schema_version', '1'),"
                    + " ('database_id', 'the-identity')");
            sql.execute("INSERT INTO pledge_barrier (message_id, state) VALUES ('m1', 'COMMITTED')");
            assertThatThrownBy(() -> Database.open(source))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("version 1, expected version 2")
                    .hasMessageContaining("V2__pledgemq_identity_and_order.sql");

            Database.createTables(source);
            Database.createTables(source);

            assertThat(Database.open(source).id()).isEqualTo("the-identity");
            sql.execute("INSERT INTO pledge_barrier (message_id, state) VALUES ('m2', 'COMMITTED')");
            sql.execute("INSERT INTO pledge_inbox (message_id, consumer_group, state, revision)"
                    + " VALUES ('m1', 'g', 'CONSUMED', 0)");
            for (String id : new String[] {"m9", "m3"}) {
                sql.execute("INSERT INTO pledge_outbox (message_id, topic, message_key, properties, body) VALUES ('"
                        + id + "', 't', 'k', '{}', "
                        + emptyBody(world().mq.database().kind()) + ")");
            }
            assertThat(first(sql, "SELECT COUNT(*) FROM pledge_barrier WHERE engine = ''"))
                    .isEqualTo("2");
            assertThat(first(sql, "SELECT message_id FROM pledge_outbox ORDER BY seq"))
                    .isEqualTo("m9");
            assertThat(first(sql, "SELECT meta_value FROM pledge_meta WHERE name = 'schema_version'"))
                    .isEqualTo("1");
        }
    }

    @Test
    default void anUpgradeThatWasCutInTheMiddleIsCompleted() throws Exception {
        DataSource source = world().emptyDatabase();
        Database.createTables(source);
        try (Connection connection = source.getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute("DROP TABLE pledge_incarnation");
            sql.execute("ALTER TABLE pledge_outbox DROP COLUMN problem");
        }
        Database.createTables(source);
        assertThat(Database.open(source).id()).isNotEmpty();
    }

    private static String emptyBody(String kind) {
        return kind.equals("postgresql") ? "''::bytea" : "X''";
    }

    private static String first(Statement sql, String query) throws Exception {
        try (ResultSet rows = sql.executeQuery(query)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "";
        }
    }

    static String[] versionOne(String kind) throws Exception {
        try (InputStream script = SchemaContract.class.getResourceAsStream("/version1/" + kind + ".sql")) {
            assertThat(script).isNotNull();
            String text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
            String code = text.lines().filter(line -> !line.startsWith("--")).collect(Collectors.joining("\n"));
            return code.strip().split(";\\s*");
        }
    }
}
