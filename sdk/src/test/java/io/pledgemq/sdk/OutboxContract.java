package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.sdk.BreakableDataSource.Commit;
import io.pledgemq.sdk.errors.EngineUnavailableException;
import io.pledgemq.sdk.errors.MessageRefusedException;
import io.pledgemq.sdk.errors.MessageRefusedException.Reason;
import io.pledgemq.sdk.errors.OutcomeUnknownException;
import io.pledgemq.sdk.errors.TransactionRolledBackException;
import io.pledgemq.sdk.jdbc.OtherDatabaseException;
import io.pledgemq.sdk.transport.CheckAnswer;
import io.pledgemq.sdk.transport.OutgoingMessage;
import io.pledgemq.sdk.transport.PrepareResult;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Rules of going on while the engine is away. */
interface OutboxContract extends Contract {
    String STEPS = "steps";

    private PledgeMQ outbox() {
        return world().openAt(Connection.TRANSACTION_READ_COMMITTED, OnEngineDown.OUTBOX);
    }

    private String order(PledgeMQ mq, String id) throws Exception {
        return mq.callInTransaction(tx -> {
            World.order(tx.connection(), id);
            return tx.send("order-created", id, "payload");
        });
    }

    private String step(PledgeMQ mq, String group) {
        return mq.callInTransaction(
                tx -> tx.send(Message.of(STEPS, group, "step").inGroup(group)));
    }

    private int waiting() throws Exception {
        return world().count("pledge_outbox");
    }

    @Test
    default void operationGoesOnWithoutTheEngineAndItsMessageFollows() throws Exception {
        try (PledgeMQ mq = outbox()) {
            world().transport.unreachable = true;
            String id = order(mq, "o1");
            assertThat(world().count("orders")).isEqualTo(1);
            assertThat(waiting()).isEqualTo(1);
            assertThat(world().barrier(id)).isEqualTo("COMMITTED");
            assertThat(mq.relayOutbox()).isZero();
            assertThat(waiting()).isEqualTo(1);
            world().transport.unreachable = false;
            assertThat(mq.relayOutbox()).isEqualTo(1);
            assertThat(world().transport.published).containsExactly(id);
            assertThat(waiting()).isZero();
            assertThat(mq.relayOutbox()).isZero();
            assertThat(world().count("pledge_barrier WHERE confirmed = 1")).isEqualTo(1);
        }
    }

    @Test
    default void outboxIsRelayedByItselfWhenTheEngineIsBack() throws Exception {
        try (PledgeMQ mq = world().builder()
                .onEngineDown(OnEngineDown.OUTBOX)
                .relayEvery(Duration.ofMillis(10))
                .open(world().transport)) {
            world().transport.unreachable = true;
            String id = order(mq, "o1");
            world().transport.unreachable = false;
            Eventually.holds(() -> waiting() == 0);
            assertThat(world().transport.published).containsExactly(id);
        }
    }

    @Test
    default void messageLeavesTheOutboxAsItWasSent() throws Exception {
        try (PledgeMQ mq = outbox()) {
            world().transport.unreachable = true;
            Instant deliverAt = Instant.ofEpochMilli(world().clock.millis() + 1_234_567);
            byte[] body = new byte[300_000];
            body[1] = -1;
            mq.inTransaction(tx -> {
                tx.send(Message.of("later", "Schlüssel 钥匙 \uD83D\uDE00", body)
                        .notBefore(deliverAt)
                        .with("name", "\"value\" 值"));
                tx.send(Message.of(STEPS, "k", "x").inGroup("Group 组"));
                tx.send("plain", "", new byte[0]);
            });
            world().transport.unreachable = false;
            assertThat(mq.relayOutbox()).isEqualTo(3);
            assertThat(world().transport.committed(STEPS))
                    .extracting(OutgoingMessage::messageGroup)
                    .containsExactly("Group 组");
            OutgoingMessage later = world().transport.committed("later").get(0);
            assertThat(later.key()).isEqualTo("Schlüssel 钥匙 \uD83D\uDE00");
            assertThat(later.body().bytes()).isEqualTo(body);
            assertThat(later.deliverAt()).isEqualTo(deliverAt);
            assertThat(later.properties())
                    .containsEntry("name", "\"value\" 值")
                    .containsEntry("pledge-message-id", later.messageId())
                    .containsEntry("pledge-database-id", mq.database().id());
            OutgoingMessage plain = world().transport.committed("plain").get(0);
            assertThat(plain.key()).isEmpty();
            assertThat(plain.messageGroup()).isNull();
            assertThat(plain.deliverAt()).isNull();
            assertThat(plain.body().sizeBytes()).isZero();
        }
    }

    @Test
    default void withoutTheOptionNothingGoesToTheOutbox() throws Exception {
        world().transport.unreachable = true;
        assertThatThrownBy(() -> order(world().mq, "o1")).isInstanceOf(EngineUnavailableException.class);
        assertThatThrownBy(() -> world().mq.inTransaction(Message.of("order-created", "o1", "x"), tx -> {}))
                .isInstanceOf(EngineUnavailableException.class);
        assertThat(world().count("orders")).isZero();
        assertThat(waiting()).isZero();
    }

    @Test
    default void engineThatCannotTakeItNowIsAsGoodAsAway() throws Exception {
        try (PledgeMQ mq = outbox()) {
            world().transport.refuse = message -> new PrepareResult.Refused(null, "disk full; free some space");
            String id = order(mq, "o1");
            assertThat(mq.relayOutbox()).isZero();
            assertThat(waiting()).isEqualTo(1);
            world().transport.refuse = message -> null;
            assertThat(mq.relayOutbox()).isEqualTo(1);
            assertThat(world().transport.published).containsExactly(id);
        }
    }

    @Test
    default void refusalNeverGoesToTheOutbox() throws Exception {
        try (PledgeMQ mq = outbox()) {
            world().transport.refuse = message -> message.topic().equals("nowhere")
                    ? new PrepareResult.Refused(Reason.UNKNOWN_TOPIC, "topic nowhere does not exist; create it")
                    : new PrepareResult.Refused(null, "disk full");
            assertThatThrownBy(() -> mq.inTransaction(tx -> {
                        World.order(tx.connection(), "o1");
                        tx.send("order-created", "o1", "x");
                        tx.send("nowhere", "o1", "x");
                    }))
                    .isInstanceOf(MessageRefusedException.class)
                    .hasMessageContaining("create it");
            assertThatThrownBy(() -> mq.inTransaction(tx -> {
                        World.order(tx.connection(), "o1");
                        tx.send("order-created", "o1", new byte[ScriptedTransport.LIMITS.bodyBytes() + 1]);
                    }))
                    .isInstanceOf(MessageRefusedException.class);
            assertThat(world().count("orders")).isZero();
            assertThat(waiting()).isZero();
        }
    }

    @Test
    default void classicalFlowGoesOnToo() throws Exception {
        try (PledgeMQ mq = outbox()) {
            world().transport.unreachable = true;
            String id =
                    mq.inTransaction(Message.of("order-created", "o1", "x"), tx -> World.order(tx.connection(), "o1"));
            assertThat(world().count("orders")).isEqualTo(1);
            assertThat(waiting()).isEqualTo(1);
            world().transport.unreachable = false;
            assertThat(mq.relayOutbox()).isEqualTo(1);
            assertThat(world().transport.published).containsExactly(id);
        }
    }

    @Test
    default void rollbackAndSavepointsTakeOutboxRowsWithThem() throws Exception {
        try (PledgeMQ mq = outbox()) {
            world().transport.unreachable = true;
            List<String> ids = new ArrayList<>();
            mq.inTransaction(tx -> {
                ids.add(tx.send("order-created", "before", "x"));
                Savepoint savepoint = tx.connection().setSavepoint();
                ids.add(tx.send("order-created", "inside", "x"));
                tx.connection().rollback(savepoint);
                ids.add(tx.send("order-created", "after", "x"));
            });
            assertThatThrownBy(() -> mq.inTransaction(tx -> {
                        tx.send("order-created", "o1", "x");
                        throw new IllegalStateException("no");
                    }))
                    .hasMessage("no");
            assertThat(waiting()).isEqualTo(2);
            world().transport.unreachable = false;
            assertThat(mq.relayOutbox()).isEqualTo(2);
            assertThat(world().transport.published).containsExactly(ids.get(0), ids.get(2));
        }
    }

    @Test
    default void relayThatDiesBeforeItRemovesTheRowIsHarmless() throws Exception {
        try (PledgeMQ mq = outbox()) {
            world().transport.unreachable = true;
            String id = order(mq, "o1");
            world().transport.unreachable = false;
            world().transport.afterDecide = () -> world().dataSource.cutConnections();
            assertThatThrownBy(mq::relayOutbox).isInstanceOf(java.sql.SQLException.class);
            world().transport.afterDecide = () -> {};
            assertThat(world().transport.fate(id)).isEqualTo("COMMIT");
            world().dataSource.releaseStuck();
            assertThat(waiting()).isEqualTo(1);
            assertThat(mq.relayOutbox()).isEqualTo(1);
            assertThat(waiting()).isZero();
            assertThat(world().transport.published).containsExactly(id);
        }
    }

    @Test
    default void rowStaysUntilTheDecisionIsConfirmed() throws Exception {
        try (PledgeMQ mq = outbox()) {
            world().transport.unreachable = true;
            String id = order(mq, "o1");
            world().transport.unreachable = false;
            world().transport.decisionsToLose.set(1);
            assertThat(mq.relayOutbox()).isZero();
            assertThat(waiting()).isEqualTo(1);
            assertThat(world().transport.fate(id)).isEqualTo("undecided");
            assertThat(mq.relayOutbox()).isEqualTo(1);
            assertThat(world().transport.published).containsExactly(id);
        }
    }

    @Test
    default void checkAboutAWaitingMessageIsLeftToTheRelay() throws Exception {
        try (PledgeMQ mq = outbox()) {
            world().transport.away = true;
            String id = order(mq, "o1");
            world().transport.away = false;
            assertThat(world().transport.fate(id)).isEqualTo("undecided");
            assertThat(world().transport.checkUndecided())
                    .extracting(CheckAnswer::verdict)
                    .containsOnly(CheckAnswer.Verdict.SILENT);
            assertThat(world().transport.fate(id)).isEqualTo("undecided");
            assertThat(waiting()).isEqualTo(1);
            assertThat(mq.relayOutbox()).isEqualTo(1);
            assertThat(world().transport.published).containsExactly(id);
        }
    }

    @Test
    default void cleanUpKeepsWhatTheWaitingMessageNeeds() throws Exception {
        try (PledgeMQ mq = outbox()) {
            world().transport.unreachable = true;
            String id = order(mq, "o1");
            world().transport.settledForCleanup.add(id);
            world().clock.move(CleanupContract.PAST_RETENTION);
            mq.cleanUp();
            mq.cleanUp();
            assertThat(waiting()).isEqualTo(1);
            assertThat(world().barrier(id)).isEqualTo("COMMITTED");
            world().transport.unreachable = false;
            world().transport.decisionsToLose.set(1);
            assertThat(mq.relayOutbox()).isZero();
            world().transport.checkUndecided();
            assertThat(world().transport.fate(id)).isEqualTo("undecided");
            mq.cleanUp();
            assertThat(world().barrier(id)).isEqualTo("COMMITTED");
            assertThat(mq.relayOutbox()).isEqualTo(1);
            mq.cleanUp();
            assertThat(world().barrier(id)).isEmpty();
            assertThat(world().transport.published).containsExactly(id);
        }
    }

    @Test
    default void clockThatWasSetBackReordersNothing() throws Exception {
        List<String> ids = new ArrayList<>();
        world().transport.unreachable = true;
        for (int process = 0; process < 3; process++) {
            try (PledgeMQ mq = outbox()) {
                ids.add(step(mq, "o1"));
                ids.add(step(mq, "o1"));
            }
            world().clock.move(Duration.ofMinutes(-1));
        }
        world().transport.unreachable = false;
        try (PledgeMQ mq = outbox()) {
            assertThat(mq.relayOutbox()).isEqualTo(6);
        }
        assertThat(world().transport.published).containsExactlyElementsOf(ids);
    }

    @Test
    default void relayOfAnotherDatabaseSendsNothing() throws Exception {
        World other = otherWorld();
        RoutedDataSource routed = new RoutedDataSource(world().pool, other.pool);
        world().transport.unreachable = true;
        try (PledgeMQ there = other.open(OnEngineDown.OUTBOX);
                PledgeMQ mq = PledgeMQ.builder(routed).open(world().transport)) {
            String id = step(there, "o1");
            world().transport.unreachable = false;
            routed.toOther = true;
            assertThatThrownBy(mq::relayOutbox).isInstanceOf(OtherDatabaseException.class);
            assertThat(world().transport.fate(id)).isEqualTo("not prepared");
            routed.toOther = false;
            assertThat(there.relayOutbox()).isEqualTo(1);
        }
    }

    @Test
    default void messageGroupIsNotOvertaken() throws Exception {
        try (PledgeMQ mq = outbox()) {
            world().transport.unreachable = true;
            String first = step(mq, "a");
            world().transport.unreachable = false;
            world().clock.move(EngineBreaker.FIRST_PAUSE);
            String second = step(mq, "a");
            String third = mq.inTransaction(Message.of(STEPS, "a", "step").inGroup("a"), tx -> {});
            String other = step(mq, "b");
            assertThat(waiting()).isEqualTo(3);
            assertThat(world().transport.published).containsExactly(other);
            world().transport.decisionsToLose.set(1);
            assertThat(mq.relayOutbox()).isZero();
            assertThat(world().transport.published).containsExactly(other);
            assertThat(mq.relayOutbox()).isEqualTo(3);
            assertThat(world().transport.published).containsExactly(other, first, second, third);
            String direct = step(mq, "a");
            assertThat(waiting()).isZero();
            assertThat(world().transport.published).last().isEqualTo(direct);
        }
    }

    @Test
    default void severalRelaysSendEveryMessageOnceAndInOrder() throws Exception {
        try (PledgeMQ mq = outbox();
                PledgeMQ other = outbox()) {
            world().transport.unreachable = true;
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 120; i++) {
                ids.add(step(mq, "a"));
            }
            world().transport.unreachable = false;
            CompletableFuture<Void> beside = CompletableFuture.runAsync(() -> relayUntilEmpty(other));
            relayUntilEmpty(mq);
            beside.get();
            assertThat(world().transport.published).containsExactlyElementsOf(ids);
            assertThat(world().transport.decideSizes).hasSize(120);
        }
    }

    private void relayUntilEmpty(PledgeMQ mq) {
        try {
            Eventually.holds(() -> mq.relayOutbox() == 0 && waiting() == 0);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    default void outcomeOfACommitWithOutboxRowsIsFoundOutByTheBarrier() throws Exception {
        try (PledgeMQ mq = outbox()) {
            world().transport.unreachable = true;
            world().dataSource.breakNextCommit(Commit.DONE_BUT_ANSWER_LOST);
            order(mq, "done");
            assertThat(waiting()).isEqualTo(1);
            world().dataSource.breakNextCommit(Commit.LOST);
            assertThatThrownBy(() -> order(mq, "lost")).isInstanceOf(TransactionRolledBackException.class);
            assertThat(waiting()).isEqualTo(1);
            world().dataSource.breakNextCommit(Commit.LOST_WITH_LOCKS_HELD);
            assertThatThrownBy(() -> order(mq, "stuck")).isInstanceOf(OutcomeUnknownException.class);
            world().dataSource.releaseStuck();
            assertThat(waiting()).isEqualTo(1);
        }
    }

    /** A check finds its row taken in the moment in which the transaction commits. */
    @Test
    default void checkThatWaitsForTheTransactionLeavesItsMessageToTheRelay() throws Exception {
        try (PledgeMQ mq = outbox()) {
            for (int i = 0; i < 20; i++) {
                FutureTask<List<CheckAnswer>> check = new FutureTask<>(world().transport::checkUndecided);
                world().transport.away = true;
                world().transport.duringPrepare = () -> new Thread(check).start();
                order(mq, "o" + i);
                world().transport.away = false;
                world().transport.duringPrepare = () -> {};
                assertThat(check.get(60, TimeUnit.SECONDS))
                        .extracting(CheckAnswer::verdict)
                        .doesNotContain(CheckAnswer.Verdict.COMMIT, CheckAnswer.Verdict.ROLLBACK);
                assertThat(mq.relayOutbox()).isEqualTo(1);
                world().clock.move(EngineBreaker.LONGEST_PAUSE);
            }
        }
    }

    @Test
    default void messageThatWasPreparedFirstAndWaitsIsDecidedByTheRelayOnly() throws Exception {
        try (PledgeMQ mq = outbox()) {
            world().transport.unreachable = true;
            String first = step(mq, "a");
            world().transport.unreachable = false;
            world().clock.move(EngineBreaker.FIRST_PAUSE);
            String second = mq.inTransaction(Message.of(STEPS, "a", "step").inGroup("a"), tx -> {});
            assertThat(world().transport.fate(second)).isEqualTo("undecided");
            assertThat(world().transport.checkUndecided())
                    .isNotEmpty()
                    .extracting(CheckAnswer::verdict)
                    .containsOnly(CheckAnswer.Verdict.SILENT);
            assertThat(world().transport.published).isEmpty();
            assertThat(mq.relayOutbox()).isEqualTo(2);
            assertThat(world().transport.published).containsExactly(first, second);
        }
    }

    @Test
    default void whatTheRelayPreparesOfAMessageGroupIsOrdered() throws Exception {
        try (PledgeMQ mq = outbox()) {
            world().transport.unreachable = true;
            step(mq, "a");
            order(mq, "o1");
            world().transport.unreachable = false;
            assertThat(mq.relayOutbox()).isEqualTo(2);
            assertThat(world().transport.committed(STEPS).get(0).ordered()).isTrue();
            assertThat(world().transport.committed("order-created").get(0).ordered())
                    .isFalse();
        }
    }

    @Test
    default void messageGroupIsNotOvertakenByATransactionThatSeesAnOlderState() throws Exception {
        for (int isolation : new int[] {Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE}) {
            try (PledgeMQ mq = outbox();
                    PledgeMQ strict = world().openAt(isolation, OnEngineDown.OUTBOX)) {
                List<String> ids = new ArrayList<>();
                strict.inTransaction(tx -> {
                    World.order(tx.connection(), "o" + isolation);
                    try (Statement sql = tx.connection().createStatement();
                            ResultSet rows = sql.executeQuery("SELECT COUNT(*) FROM orders")) {
                        assertThat(rows.next()).isTrue();
                    }
                    world().transport.unreachable = true;
                    ids.add(step(mq, "a"));
                    world().transport.unreachable = false;
                    world().clock.move(EngineBreaker.LONGEST_PAUSE);
                    ids.add(tx.send(Message.of(STEPS, "a", "step").inGroup("a")));
                    tx.send("plain", "k", "x");
                });
                int before = world().transport.published.size();
                assertThat(waiting()).as("level " + isolation).isEqualTo(3);
                assertThat(mq.relayOutbox()).isEqualTo(3);
                assertThat(world().transport.published.subList(before, before + 3))
                        .containsSubsequence(ids);
                String direct = strict.callInTransaction(tx -> tx.send("plain", "k", "x"));
                assertThat(world().transport.published).last().isEqualTo(direct);
            }
        }
    }

    @Test
    default void messagesOfOneGroupThatWereLockedOutOfOneAnotherStayInOrder() throws Exception {
        try (PledgeMQ mq = outbox()) {
            world().execute("INSERT INTO orders (id) VALUES ('lock')");
            world().transport.unreachable = true;
            List<String> inOrder = Collections.synchronizedList(new ArrayList<>());
            ExecutorService threads = Executors.newFixedThreadPool(4);
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                calls.add(threads.submit(() -> mq.callInTransaction(tx -> {
                    try (Statement sql = tx.connection().createStatement()) {
                        sql.execute("UPDATE orders SET id = 'lock' WHERE id = 'lock'");
                    }
                    String id = tx.send(Message.of(STEPS, "a", "step").inGroup("a"));
                    inOrder.add(id);
                    return id;
                })));
            }
            for (Future<?> call : calls) {
                call.get(60, TimeUnit.SECONDS);
            }
            threads.shutdown();
            world().transport.unreachable = false;
            assertThat(mq.relayOutbox()).isEqualTo(40);
            assertThat(world().transport.published).containsExactlyElementsOf(inOrder);
        }
    }

    @Test
    default void messageIsSentToTheEngineThatItIsForOnly() throws Exception {
        ScriptedTransport otherEngine = new ScriptedTransport();
        try (PledgeMQ mq = outbox();
                PledgeMQ other =
                        world().builder().onEngineDown(OnEngineDown.OUTBOX).open(otherEngine)) {
            world().transport.unreachable = true;
            String id = order(mq, "o1");
            assertThat(other.relayOutbox()).isZero();
            assertThat(waiting()).isEqualTo(1);
            other.outbox().takeOver(world().transport.engineId(), "its disk is lost");
            assertThat(other.relayOutbox()).isEqualTo(1);
            assertThat(otherEngine.published).containsExactly(id);
        }
    }
}
