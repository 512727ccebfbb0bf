package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.pledgemq.sdk.errors.TransactionRolledBackException;
import io.pledgemq.sdk.jdbc.OtherDatabaseException;
import io.pledgemq.sdk.transport.CheckAnswer;
import io.pledgemq.sdk.transport.CheckAnswer.Verdict;
import io.pledgemq.sdk.transport.OutgoingMessage;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/**
 * Where one connection reaches several schemas that all have PledgeMQ's tables, and user code switches between them:
 * nothing is decided in the wrong one.
 */
interface SwitchedSchemaContract extends Contract {

    /** SQL after which a connection reads and writes the tables of this world. */
    String use(World world);

    private static void sql(Connection connection, String text) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private PledgeMQ openOn(DataSource source) {
        PledgeMQBuilder builder = PledgeMQ.builder(source)
                .service("orders")
                .clock(world().clock)
                .cleanUpEvery(Duration.ofDays(1))
                .relayEvery(Duration.ofDays(1));
        builder.databaseClock = databaseMs -> world().clock.millis();
        return builder.open(world().transport);
    }

    @Test
    default void schemaThatWasLeftOverInAPoolDecidesNothing() throws Exception {
        World other = otherWorld();
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(world().pool.getJdbcUrl());
        config.setUsername(world().kind.user());
        config.setPassword("");
        config.setMaximumPoolSize(1);
        OutgoingMessage arrived = world().sent("arrived");
        world().transport.decisionsToLose.set(Integer.MAX_VALUE);
        try (HikariDataSource one = new HikariDataSource(config);
                PledgeMQ mq = openOn(one)) {
            String id = mq.callInTransaction(tx -> tx.send("order-created", "o1", "x"));
            mq.subscribe("arrived", "warehouse", String.class, (tx, m) -> World.order(tx.connection(), m.messageId()));
            mq.inTransaction(tx -> sql(tx.connection(), use(other)));
            assertThatThrownBy(() -> mq.inTransaction(tx -> {
                        World.order(tx.connection(), "astray");
                        tx.send("order-created", "astray", "x");
                    }))
                    .isInstanceOf(TransactionRolledBackException.class)
                    .hasMessageContaining("identity " + mq.database().id());
            world().dataSource.away = true;
            assertThat(world().transport.checkUndecided())
                    .isNotEmpty()
                    .extracting(CheckAnswer::verdict)
                    .containsOnly(Verdict.SILENT);
            world().dataSource.away = false;
            world().transport.deliver("warehouse", arrived);
            assertThat(world().transport.settled("warehouse").counted()).isFalse();
            assertThatThrownBy(mq::cleanUp).isInstanceOf(OtherDatabaseException.class);
            assertThat(mq.relayOutbox()).isZero();
            assertUntouched(other);
            assertThat(world().transport.fate(id)).isEqualTo("undecided");
            mq.inTransaction(tx -> sql(tx.connection(), use(world())));
            assertThat(mq.cleanUp().barrierRows()).isZero();
            world().transport.decisionsToLose.set(0);
            world().transport.checkUndecided();
            assertThat(world().transport.fate(id)).isEqualTo("COMMIT");
            world().transport.deliver("warehouse", arrived);
            assertThat(world().transport.settled("warehouse").detail()).isEqualTo("APPLIED 0");
        }
    }

    private static void assertUntouched(World world) throws SQLException {
        for (String table : List.of("orders", "pledge_barrier", "pledge_inbox", "pledge_outbox")) {
            assertThat(world.count(table)).as(table).isZero();
        }
    }

    @Test
    default void schemaThatIsSwitchedInsideATransactionDecidesNothing() throws Exception {
        World other = otherWorld();
        DataSource own = new OnlyConnections() {
            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = world().pool.getConnection();
                sql(connection, use(world()));
                return connection;
            }
        };
        List<List<String>> ways = List.of(
                List.of(use(other), "send"),
                List.of("send", use(other)),
                List.of("send", use(other), "send"),
                List.of(use(other), "send", use(world())),
                List.of("send", use(other), "send", use(world())));
        try (PledgeMQ mq = openOn(own)) {
            for (List<String> way : ways) {
                assertThatThrownBy(() -> mq.inTransaction(tx -> {
                            World.order(tx.connection(), "o1");
                            for (String step : way) {
                                if (step.equals("send")) {
                                    tx.send("order-created", "o1", "x");
                                } else {
                                    sql(tx.connection(), step);
                                }
                            }
                        }))
                        .as("%s", way)
                        .isInstanceOf(TransactionRolledBackException.class)
                        .hasMessageContaining("identity " + mq.database().id());
                assertUntouched(other);
                assertUntouched(world());
            }
            assertThat(world().transport.published).isEmpty();
            String there = mq.callInTransaction(tx -> {
                sql(tx.connection(), use(other));
                World.order(tx.connection(), "o1");
                sql(tx.connection(), use(world()));
                return tx.send("order-created", "o1", "x");
            });
            assertThat(world().transport.fate(there)).isEqualTo("COMMIT");
            assertThat(other.count("orders")).isEqualTo(1);
        }
    }
}
