package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.sdk.BreakableDataSource.Commit;
import io.pledgemq.sdk.errors.IllegalUseException;
import io.pledgemq.sdk.errors.OutcomeUnknownException;
import io.pledgemq.sdk.errors.TransactionRolledBackException;
import io.pledgemq.sdk.transport.OutgoingMessage;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Transactions that the database, or somebody else, has ended in the middle. */
interface EndedTransactionContract extends Contract {

    private static void sql(Connection connection, String text) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    @Test
    default void commitAsSqlTextRollsBackTheRestAndWhatWasCommittedIsSent() throws Exception {
        List<String> ids = new ArrayList<>();
        assertThatThrownBy(() -> world().mq.inTransaction(tx -> {
                    World.order(tx.connection(), "committed");
                    ids.add(tx.send("order-created", "committed", "x"));
                    sql(tx.connection(), "COMMIT");
                    World.order(tx.connection(), "rolled back");
                    ids.add(tx.send("order-created", "rolled back", "x"));
                }))
                .isInstanceOf(TransactionRolledBackException.class)
                .hasMessageContaining("ended the transaction in the middle");
        assertThat(world().count("orders")).isEqualTo(1);
        assertThat(world().mq.relayOutbox()).isEqualTo(1);
        assertThat(ids).extracting(world().transport::fate).containsExactly("COMMIT", "not prepared");
    }

    @Test
    default void exceptionAfterACommitAsSqlTextComesOutAndTheMessageIsSent() throws Exception {
        List<String> ids = new ArrayList<>();
        assertThatThrownBy(() -> world().mq.inTransaction(tx -> {
                    World.order(tx.connection(), "o1");
                    ids.add(tx.send("order-created", "o1", "x"));
                    sql(tx.connection(), "COMMIT");
                    throw new IOException("the user's own");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("the user's own");
        assertThat(world().mq.relayOutbox()).isEqualTo(1);
        assertThat(world().transport.fate(ids.get(0))).isEqualTo("COMMIT");
    }

    @Test
    default void preparedMessageIsCommittedIfItsRowIs() throws Exception {
        List<String> ids = new ArrayList<>();
        assertThatThrownBy(() -> world().mq.inTransaction(Message.of("order-created", "o1", "x"), tx -> {
                    World.order(tx.connection(), "o1");
                    sql(tx.connection(), "COMMIT");
                    throw new IOException("the user's own");
                }))
                .isInstanceOf(IOException.class);
        ids.addAll(world().transport.halves.keySet());
        world().mq.relayOutbox();
        assertThat(ids).extracting(world().transport::fate).containsExactly("COMMIT");
    }

    @Test
    default void ddlInATransactionLosesNoMessage() throws Exception {
        List<String> ids = new ArrayList<>();
        assertThatThrownBy(() -> world().mq.inTransaction(tx -> {
                    World.order(tx.connection(), "o1");
                    ids.add(tx.send("order-created", "o1", "x"));
                    sql(tx.connection(), "CREATE TABLE by_the_way (n INT)");
                    throw new IOException("the user's own");
                }))
                .isInstanceOf(IOException.class);
        int orders = world().count("orders");
        world().mq.relayOutbox();
        assertThat(world().transport.fate(ids.get(0))).isEqualTo(orders == 1 ? "COMMIT" : "not prepared");
    }

    @Test
    default void statementsAndMetadataLeadBackToTheGuardedConnection() throws Exception {
        world().mq.inTransaction(tx -> {
            Connection guarded = tx.connection();
            try (Statement statement = guarded.createStatement()) {
                assertThat(statement.getConnection()).isSameAs(guarded);
            }
            assertThat(guarded.getMetaData().getConnection()).isSameAs(guarded);
            assertThatThrownBy(() ->
                            guarded.prepareStatement("SELECT 1").getConnection().commit())
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("expected PledgeMQ to end this transaction");
            assertThatThrownBy(() -> guarded.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("before the first statement");
        });
    }

    @Test
    default void isolationMayBeSetBeforeTheFirstStatement() throws Exception {
        String id = world().mq.callInTransaction(tx -> {
            tx.connection().setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            World.order(tx.connection(), "o1");
            return tx.send("order-created", "o1", "x");
        });
        assertThat(world().transport.fate(id)).isEqualTo("COMMIT");
    }

    @Test
    default void halfAnEffectIsNotTakenForApplied() throws Exception {
        OutgoingMessage message = world().sent("order-created");
        world().mq.subscribe("order-created", "warehouse", String.class, (tx, m) -> {
            World.order(tx.connection(), "half");
            sql(tx.connection(), "COMMIT");
            throw new IOException("the other half failed");
        });
        world().transport.deliver("warehouse", message);
        assertThat(world().transport.settled("warehouse").how()).isEqualTo("nack");
        assertThat(world().inbox("warehouse", message.messageId())).isEqualTo("PARTIAL");
        world().transport.deliver("warehouse", message);
        ScriptedTransport.Settled dead = world().transport.settled("warehouse");
        assertThat(dead.how()).isEqualTo("dead");
        assertThat(dead.detail()).contains("a part of this message's effect");
        assertThat(world().count("orders")).isEqualTo(1);
    }

    @Test
    default void sendAfterBeforeCommitIsRefused() throws Exception {
        try (Connection connection = world().pool.getConnection()) {
            connection.setAutoCommit(false);
            LocalTransaction transaction = world().mq.join(connection);
            String id = transaction.send("order-created", "o1", "x");
            transaction.beforeCommit();
            assertThatThrownBy(() -> transaction.send("order-created", "late", "x"))
                    .isInstanceOf(IllegalUseException.class)
                    .hasMessageContaining("before beforeCommit()");
            connection.commit();
            transaction.committed();
            assertThatThrownBy(transaction::committed).isInstanceOf(IllegalUseException.class);
            assertThat(world().transport.fate(id)).isEqualTo("COMMIT");
            connection.setAutoCommit(true);
        }
    }

    @Test
    default void committedWithoutBeforeCommitIsRefusedAndLosesNothing() throws Exception {
        String id;
        try (Connection connection = world().pool.getConnection()) {
            connection.setAutoCommit(false);
            LocalTransaction transaction = world().mq.join(connection);
            World.order(connection, "o1");
            id = transaction.send("order-created", "o1", "x");
            connection.commit();
            assertThatThrownBy(transaction::committed)
                    .isInstanceOf(IllegalUseException.class)
                    .hasMessageContaining("after a beforeCommit()");
            connection.setAutoCommit(true);
        }
        assertThat(world().mq.relayOutbox()).isEqualTo(1);
        assertThat(world().transport.fate(id)).isEqualTo("COMMIT");
    }

    @Test
    default void secondJoinOnOneConnectionIsRefused() throws Exception {
        try (Connection connection = world().pool.getConnection()) {
            connection.setAutoCommit(false);
            LocalTransaction first = world().mq.join(connection);
            assertThatThrownBy(() -> world().mq.join(connection))
                    .isInstanceOf(IllegalUseException.class)
                    .hasMessageContaining("one PledgeMQ transaction on a connection");
            connection.rollback();
            first.rolledBack();
            world().mq.join(connection).rolledBack();
            connection.setAutoCommit(true);
        }
    }

    @Test
    default void failedCommitWithoutMessagesIsNotCalledRolledBack() throws Exception {
        world().dataSource.breakNextCommit(Commit.DONE_BUT_ANSWER_LOST);
        assertThatThrownBy(() -> world().mq.inTransaction(tx -> World.order(tx.connection(), "o1")))
                .isInstanceOf(OutcomeUnknownException.class);
        assertThat(world().count("orders")).isEqualTo(1);
    }

    @Test
    default void unknownOutcomeOfManyMessagesWaitsForOneLock() throws Exception {
        world().dataSource.breakNextCommit(Commit.LOST_WITH_LOCKS_HELD);
        long before = System.nanoTime();
        assertThatThrownBy(() -> world().mq.inTransaction(tx -> {
                    for (int i = 0; i < 30; i++) {
                        tx.send("order-created", "o" + i, "x");
                    }
                }))
                .isInstanceOf(OutcomeUnknownException.class);
        assertThat(System.nanoTime() - before).isLessThan(12_000_000_000L);
        world().dataSource.releaseStuck();
    }
}
