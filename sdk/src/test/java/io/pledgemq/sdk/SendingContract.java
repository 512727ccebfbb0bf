package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pledgemq.sdk.BreakableDataSource.Commit;
import io.pledgemq.sdk.errors.DatabaseException;
import io.pledgemq.sdk.errors.EngineUnavailableException;
import io.pledgemq.sdk.errors.IllegalUseException;
import io.pledgemq.sdk.errors.MessageRefusedException;
import io.pledgemq.sdk.errors.MessageRefusedException.Reason;
import io.pledgemq.sdk.errors.OutcomeUnknownException;
import io.pledgemq.sdk.errors.TransactionRolledBackException;
import io.pledgemq.sdk.transport.CheckAnswer;
import io.pledgemq.sdk.transport.OutgoingMessage;
import io.pledgemq.sdk.transport.PrepareResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rules of the sender's side. */
interface SendingContract extends Contract {

    @Test
    default void messageIsCommittedTogetherWithTheTransaction() throws Exception {
        String id = world().mq.callInTransaction(tx -> {
            World.order(tx.connection(), "o1");
            return tx.send("order-created", "o1", Map.of("id", "o1"));
        });
        assertThat(world().transport.fate(id)).isEqualTo("COMMIT");
        assertThat(world().count("orders")).isEqualTo(1);
        assertThat(world().barrier(id)).isEqualTo("COMMITTED");
        OutgoingMessage message = world().transport.committed("order-created").get(0);
        assertThat(message.body().bytes()).asString().isEqualTo("{\"id\":\"o1\"}");
        assertThat(message.origin().databaseId())
                .isEqualTo(world().mq.database().id());
    }

    @Test
    default void throwingRollsBackAndSendsNothing() throws Exception {
        List<String> ids = new ArrayList<>();
        assertThatThrownBy(() -> world().mq.inTransaction(tx -> {
                    World.order(tx.connection(), "o1");
                    ids.add(tx.send("order-created", "o1", "x"));
                    throw new java.io.IOException("no");
                }))
                .isInstanceOf(java.io.IOException.class)
                .hasMessage("no");
        assertThat(world().transport.fate(ids.get(0))).isEqualTo("not prepared");
        assertThat(world().count("orders")).isZero();
        assertThat(world().count("pledge_barrier")).isZero();
    }

    @Test
    default void errorRollsBackAndComesOutUnchanged() throws Exception {
        assertThatThrownBy(() -> world().mq.inTransaction(tx -> {
                    World.order(tx.connection(), "o1");
                    throw new StackOverflowError("deep");
                }))
                .isInstanceOf(StackOverflowError.class);
        assertThat(world().count("orders")).isZero();
    }

    @Test
    default void severalMessagesTravelInOneBatch() {
        world().mq.inTransaction(tx -> {
            for (int i = 0; i < 5; i++) {
                tx.send("order-created", "o" + i, "x");
            }
        });
        assertThat(world().transport.prepareSizes).containsExactly(5);
        assertThat(world().transport.decideSizes).containsExactly(5);
        assertThat(world().transport.committed("order-created")).hasSize(5);
    }

    @Test
    default void nothingIsVisibleBeforeThePrepareIsDurable() throws Exception {
        List<Integer> seen = new ArrayList<>();
        world().transport.duringPrepare = () -> seen.add(countOrders());
        world().mq.inTransaction(tx -> {
            World.order(tx.connection(), "o1");
            tx.send("order-created", "o1", "x");
        });
        assertThat(seen).containsExactly(0);
        assertThat(world().count("orders")).isEqualTo(1);
    }

    private int countOrders() {
        try {
            return world().count("orders");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    default void refusedPrepareCancelsTheOperation() throws Exception {
        world().transport.refuse = message -> message.topic().equals("nowhere")
                ? new PrepareResult.Refused(Reason.UNKNOWN_TOPIC, "topic nowhere does not exist; create it")
                : null;
        List<String> ids = new ArrayList<>();
        MessageRefusedException refused = catchThrowableOfType(
                MessageRefusedException.class, () -> world().mq.inTransaction(tx -> {
                    World.order(tx.connection(), "o1");
                    ids.add(tx.send("order-created", "o1", "x"));
                    ids.add(tx.send("nowhere", "o1", "x"));
                }));
        assertThat(refused.reason()).isEqualTo(Reason.UNKNOWN_TOPIC);
        assertThat(refused).hasMessageContaining("nowhere does not exist; create it");
        assertThat(world().count("orders")).isZero();
        assertThat(world().transport.fate(ids.get(0))).isEqualTo("ROLLBACK");
        assertThat(world().transport.fate(ids.get(1))).isEqualTo("not prepared");
    }

    @Test
    default void prepareWithoutAnswerCancelsAndTheCheckRollsBack() throws Exception {
        world().transport.away = true;
        List<String> ids = new ArrayList<>();
        assertThatThrownBy(() -> world().mq.inTransaction(tx -> {
                    World.order(tx.connection(), "o1");
                    ids.add(tx.send("order-created", "o1", "x"));
                }))
                .isInstanceOf(EngineUnavailableException.class);
        assertThat(world().count("orders")).isZero();
        assertThat(world().transport.fate(ids.get(0))).isEqualTo("undecided");
        world().transport.checkUndecided();
        assertThat(world().transport.fate(ids.get(0))).isEqualTo("ROLLBACK");
    }

    @Test
    default void classicalFlowPreparesBeforeTheLocalTransaction() throws Exception {
        List<Integer> preparedBeforeWork = new ArrayList<>();
        String id = world().mq.inTransaction(Message.of("order-created", "o1", "x"), tx -> {
            preparedBeforeWork.add(world().transport.prepareSizes.size());
            World.order(tx.connection(), "o1");
        });
        assertThat(preparedBeforeWork).containsExactly(1);
        assertThat(world().transport.fate(id)).isEqualTo("COMMIT");
        assertThat(world().barrier(id)).isEqualTo("COMMITTED");
    }

    @Test
    default void classicalFlowRollsTheMessageBackWithTheTransaction() throws Exception {
        assertThatThrownBy(() -> world().mq.inTransaction(Message.of("order-created", "o1", "x"), tx -> {
                    World.order(tx.connection(), "o1");
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        String id = world().transport.halves.keySet().iterator().next();
        assertThat(world().transport.fate(id)).isEqualTo("ROLLBACK");
        assertThat(world().count("orders")).isZero();
    }

    @Test
    default void rollbackThatWasNotConfirmedDecidesNothingUntilACheckCan() throws Exception {
        assertThatThrownBy(() -> world().mq.inTransaction(Message.of("order-created", "o1", "x"), tx -> {
                    world().dataSource.cutConnections();
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        String id = world().transport.halves.keySet().iterator().next();
        assertThat(world().transport.fate(id)).isEqualTo("undecided");
        world().dataSource.releaseStuck();
        Eventually.holds(() -> world().transport.fate(id).equals("ROLLBACK"));
        assertThat(world().barrier(id)).isEqualTo("ROLLED_BACK");
    }

    @Test
    default void classicalFlowDoesNotStartWhenPrepareIsRefused() {
        world().transport.refuse = message -> new PrepareResult.Refused(null, "disk full; free some space");
        assertThatThrownBy(() -> world().mq.inTransaction(Message.of("order-created", "o1", "x"), tx -> {
                    throw new AssertionError("must not run");
                }))
                .isInstanceOf(EngineUnavailableException.class)
                .hasMessageContaining("disk full; free some space");
    }

    @Test
    default void classicalFlowWithoutDatabaseLeavesTheDecisionToChecks() throws Exception {
        world().transport.duringPrepare = () -> world().dataSource.away = true;
        assertThatThrownBy(() -> world().mq.inTransaction(Message.of("order-created", "o1", "x"), tx -> {}))
                .isInstanceOf(DatabaseException.class);
        String id = world().transport.halves.keySet().iterator().next();
        assertThat(world().transport.fate(id)).isEqualTo("undecided");
        assertThat(world().transport.checkUndecided())
                .extracting(CheckAnswer::verdict)
                .containsExactly(CheckAnswer.Verdict.SILENT);
        world().dataSource.away = false;
        world().transport.checkUndecided();
        assertThat(world().transport.fate(id)).isEqualTo("ROLLBACK");
    }

    @Test
    default void checkThatWinsMakesTheLateTransactionFail() throws Exception {
        world().transport.duringPrepare = () -> world().transport.checkUndecided();
        assertThatThrownBy(() -> world().mq.inTransaction(Message.of("order-created", "o1", "x"), tx -> {
                    throw new AssertionError("must not run");
                }))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("barrier row");
        String id = world().transport.halves.keySet().iterator().next();
        assertThat(world().transport.fate(id)).isEqualTo("ROLLBACK");
        assertThat(world().barrier(id)).isEqualTo("ROLLED_BACK");
    }

    @Test
    default void swallowedBarrierFailureStillDoomsTheTransaction() throws Exception {
        Connection connection = world().pool.getConnection();
        connection.setAutoCommit(false);
        LocalTransaction transaction = world().mq.join(connection);
        World.order(transaction.connection(), "o1");
        Savepoint before = transaction.connection().setSavepoint();
        String id = transaction.send("order-created", "o1", "x");
        OutgoingMessage same = new OutgoingMessage(
                id,
                new io.pledgemq.sdk.transport.Origin("s", "i", "d"),
                "order-created",
                "",
                io.pledgemq.sdk.transport.Body.of(new byte[0]),
                null,
                null,
                Map.of());
        assertThatThrownBy(() -> transaction.adopt(same, "t")).isInstanceOf(DatabaseException.class);
        transaction.connection().rollback(before);
        assertThatThrownBy(transaction::beforeCommit).isInstanceOf(TransactionRolledBackException.class);
        connection.rollback();
        transaction.rolledBack();
        connection.close();
        assertThat(world().transport.fate(id)).isEqualTo("not prepared");
    }

    @Test
    default void savepointRollbackTakesExactlyItsMessages() throws Exception {
        List<String> ids = new ArrayList<>();
        world().mq.inTransaction(tx -> {
            ids.add(tx.send("order-created", "before", "x"));
            Savepoint outer = tx.connection().setSavepoint();
            ids.add(tx.send("order-created", "inside", "x"));
            Savepoint inner = tx.connection().setSavepoint("inner");
            ids.add(tx.send("order-created", "innermost", "x"));
            tx.connection().rollback(inner);
            tx.connection().rollback(outer);
            ids.add(tx.send("order-created", "after", "x"));
        });
        assertThat(ids)
                .extracting(world().transport::fate)
                .containsExactly("COMMIT", "not prepared", "not prepared", "COMMIT");
        assertThat(world().count("pledge_barrier")).isEqualTo(2);
    }

    @Test
    default void messageGoesWithASavepointThatWasSetAsSqlText() throws Exception {
        List<String> ids = new ArrayList<>();
        world().mq.inTransaction(tx -> {
            World.order(tx.connection(), "o1");
            try (Statement sql = tx.connection().createStatement()) {
                sql.execute("SAVEPOINT hidden");
                ids.add(tx.send("order-created", "gone", "x"));
                sql.execute("ROLLBACK TO SAVEPOINT hidden");
            }
            ids.add(tx.send("order-created", "o1", "x"));
        });
        assertThat(world().count("orders")).isEqualTo(1);
        assertThat(ids).extracting(world().transport::fate).containsExactly("not prepared", "COMMIT");
    }

    @Test
    default void answerOfCommitLostAfterItTookPlaceIsFoundOutByTheCheck() throws Exception {
        world().dataSource.breakNextCommit(Commit.DONE_BUT_ANSWER_LOST);
        String id = world().mq.callInTransaction(tx -> {
            World.order(tx.connection(), "o1");
            return tx.send("order-created", "o1", "x");
        });
        assertThat(world().transport.fate(id)).isEqualTo("COMMIT");
        assertThat(world().count("orders")).isEqualTo(1);
    }

    @Test
    default void commitThatNeverArrivedIsFoundOutByTheCheck() throws Exception {
        world().dataSource.breakNextCommit(Commit.LOST);
        assertThatThrownBy(() -> world().mq.inTransaction(tx -> {
                    World.order(tx.connection(), "o1");
                    tx.send("order-created", "o1", "x");
                }))
                .isInstanceOf(TransactionRolledBackException.class);
        String id = world().transport.halves.keySet().iterator().next();
        assertThat(world().transport.fate(id)).isEqualTo("ROLLBACK");
        assertThat(world().barrier(id)).isEqualTo("ROLLED_BACK");
        assertThat(world().count("orders")).isZero();
    }

    @Test
    default void outcomeStaysUnknownWhileTheDatabaseHoldsTheLocks() throws Exception {
        world().dataSource.breakNextCommit(Commit.LOST_WITH_LOCKS_HELD);
        OutcomeUnknownException unknown = catchThrowableOfType(
                OutcomeUnknownException.class, () -> world().mq.inTransaction(tx -> {
                    World.order(tx.connection(), "o1");
                    tx.send("order-created", "o1", "x");
                }));
        String id = world().transport.halves.keySet().iterator().next();
        assertThat(unknown.messageIds()).containsExactly(id);
        assertThat(world().transport.fate(id)).isEqualTo("undecided");
        world().dataSource.releaseStuck();
        Eventually.holds(() -> !world().transport.fate(id).equals("undecided"));
        assertThat(world().transport.fate(id)).isEqualTo("ROLLBACK");
        assertThat(world().barrier(id)).isEqualTo("ROLLED_BACK");
    }

    @Test
    default void sessionKilledInTheMiddleCommitsNothing() throws Exception {
        List<String> ids = new ArrayList<>();
        assertThatThrownBy(() -> world().mq.inTransaction(tx -> {
                    World.order(tx.connection(), "o1");
                    ids.add(tx.send("order-created", "o1", "x"));
                    world().kind.killSessions(world());
                }))
                .isInstanceOf(TransactionRolledBackException.class);
        assertThat(world().transport.fate(ids.get(0))).isEqualTo("not prepared");
        assertThat(world().count("orders")).isZero();
        assertThat(world().count("pledge_barrier")).isZero();
    }

    @Test
    default void lostDecisionIsSentAgain() throws Exception {
        world().transport.decisionsToLose.set(1);
        String id = world().mq.callInTransaction(tx -> tx.send("order-created", "o1", "x"));
        Eventually.holds(() -> !world().transport.fate(id).equals("undecided"));
        assertThat(world().transport.fate(id)).isEqualTo("COMMIT");
    }

    @Test
    default void transactionsInsideOneAnotherAreIndependent() throws Exception {
        List<String> ids = new ArrayList<>();
        assertThatThrownBy(() -> world().mq.inTransaction(outer -> {
                    ids.add(outer.send("order-created", "outer", "x"));
                    world().mq.inTransaction(inner -> {
                        World.order(inner.connection(), "inner");
                        ids.add(inner.send("order-created", "inner", "x"));
                    });
                    throw new IllegalStateException("outer fails");
                }))
                .hasMessage("outer fails");
        assertThat(ids).extracting(world().transport::fate).containsExactly("not prepared", "COMMIT");
        assertThat(world().count("orders")).isEqualTo(1);
    }

    @Test
    default void endingTheTransactionInsideIsRefused() {
        assertThatThrownBy(() -> world().mq.inTransaction(tx -> tx.connection().commit()))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("return from the callback to commit, throw to roll back");
        assertThatThrownBy(() -> world().mq.inTransaction(tx -> tx.connection().setAutoCommit(true)))
                .isInstanceOf(SQLException.class);
    }

    @Test
    default void badInputSaysWhatWhyAndWhatToDo() throws Exception {
        List<Transaction> leaked = new ArrayList<>();
        world().mq.inTransaction(leaked::add);
        assertThatThrownBy(() -> leaked.get(0).send("order-created", "o1", "x"))
                .isInstanceOf(IllegalUseException.class)
                .hasMessageContaining("valid only within the callback");
        assertThatThrownBy(() -> world().mq.inTransaction(tx -> {
                    tx.send("order-created", "o1", new byte[ScriptedTransport.LIMITS.bodyBytes() + 1]);
                }))
                .isInstanceOf(MessageRefusedException.class)
                .hasMessageContaining("at most 1048576 bytes, actual 1048577")
                .hasMessageContaining("send a reference");
        assertThatThrownBy(() -> world().mq.inTransaction(tx -> {
                    tx.send("order.created", "o1", "x");
                }))
                .isInstanceOf(MessageRefusedException.class)
                .hasMessageContaining("dots and spaces are not allowed");
        try (Connection autoCommit = world().pool.getConnection()) {
            assertThatThrownBy(() -> world().mq.join(autoCommit))
                    .isInstanceOf(IllegalUseException.class)
                    .hasMessageContaining("begin a transaction");
        }
    }

    @Test
    default void frameworkThatOwnsItsCommitJoins() throws Exception {
        String committed;
        try (Connection connection = world().pool.getConnection()) {
            connection.setAutoCommit(false);
            LocalTransaction transaction = world().mq.join(connection);
            World.order(connection, "o1");
            committed = transaction.send("order-created", "o1", "x");
            Savepoint savepoint = connection.setSavepoint();
            String gone = transaction.send("order-created", "gone", "x");
            connection.rollback(savepoint);
            transaction.beforeCommit();
            assertThat(world().transport.fate(committed)).isEqualTo("undecided");
            assertThat(world().transport.fate(gone)).isEqualTo("not prepared");
            connection.commit();
            transaction.committed();
            LocalTransaction second = world().mq.join(connection);
            String rolledBack = second.send("order-created", "o2", "x");
            second.beforeCommit();
            connection.rollback();
            second.rolledBack();
            assertThat(world().transport.fate(rolledBack)).isEqualTo("ROLLBACK");
        }
        assertThat(world().transport.fate(committed)).isEqualTo("COMMIT");
        assertThat(world().count("orders")).isEqualTo(1);
    }
}
