package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.sdk.errors.DatabaseException;
import io.pledgemq.sdk.jdbc.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** H2 in the modes that imitate other databases: tables, a transaction with a message, the outbox. */
final class H2ModesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "REGULAR",
                "STRICT",
                "LEGACY",
                "PostgreSQL",
                "PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH",
                "MySQL",
                "MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE",
                "MariaDB",
                "MSSQLServer",
                "DB2",
                "Derby",
                "HSQLDB"
            })
    void anyModeTakesTheTablesAndATransaction(String mode) {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;MODE=" + mode);
        source.setUser("sa");
        ScriptedTransport transport = new ScriptedTransport();
        try (PledgeMQ mq = PledgeMQ.builder(source)
                .onEngineDown(OnEngineDown.OUTBOX)
                .createTables(true)
                .open(transport)) {
            String direct = mq.callInTransaction(tx -> tx.send("order-created", "o1", "payload"));
            transport.unreachable = true;
            String kept = mq.callInTransaction(tx -> tx.send("order-created", "o2", "payload"));
            assertThat(transport.fate(direct)).isEqualTo("COMMIT");
            assertThat(transport.fate(kept)).isEqualTo("not prepared");
            Database.createTables(source);
        }
    }

    @Test
    void oracleModeIsRefusedBeforeAnythingIsMade() throws SQLException {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;MODE=Oracle");
        source.setUser("sa");
        assertThatThrownBy(() -> Database.createTables(source))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("MODE=Oracle");
        try (Connection connection = source.getConnection();
                ResultSet tables = connection.getMetaData().getTables(null, null, "PLEDGE%", null)) {
            assertThat(tables.next()).isFalse();
        }
    }
}
