package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.sdk.BreakableDataSource.Commit;
import io.pledgemq.sdk.jdbc.Database;
import io.pledgemq.sdk.jdbc.MessageIds;
import io.pledgemq.sdk.jdbc.Outbox;
import io.pledgemq.sdk.jdbc.Stamp;
import io.pledgemq.sdk.transport.Body;
import io.pledgemq.sdk.transport.CheckAnswer;
import io.pledgemq.sdk.transport.CheckAnswer.Silence;
import io.pledgemq.sdk.transport.CheckAnswer.Verdict;
import io.pledgemq.sdk.transport.Origin;
import io.pledgemq.sdk.transport.OutgoingMessage;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Rules of the check. */
interface CheckingContract extends Contract {

    @Test
    default void checkOfARunningTransactionIsUnknownAndDoesNotDisturbIt() throws Exception {
        List<CheckAnswer> answers = new ArrayList<>();
        String id = world().mq.inTransaction(Message.of("order-created", "o1", "x"), tx -> {
            World.order(tx.connection(), "o1");
            answers.addAll(world().transport.checkUndecided());
        });
        assertThat(answers).containsExactly(new CheckAnswer(id, Verdict.UNKNOWN, CheckAnswer.STILL_RUNNING));
        assertThat(world().transport.fate(id)).isEqualTo("COMMIT");
        assertThat(world().count("orders")).isEqualTo(1);
    }

    @Test
    default void checkAfterALostDecisionCommits() throws Exception {
        world().transport.decisionsToLose.set(Integer.MAX_VALUE);
        String id = world().mq.callInTransaction(tx -> tx.send("order-created", "o1", "x"));
        assertThat(world().transport.fate(id)).isEqualTo("undecided");
        assertThat(world().transport.checkUndecided())
                .extracting(CheckAnswer::verdict)
                .containsExactly(Verdict.COMMIT);
        assertThat(world().transport.fate(id)).isEqualTo("COMMIT");
    }

    @Test
    default void strangerStaysSilentAndWritesNothing() throws Exception {
        World other = otherWorld();
        assertThat(other.mq.database().id()).isNotEqualTo(world().mq.database().id());
        world().transport.decisionsToLose.set(Integer.MAX_VALUE);
        String id = world().mq.callInTransaction(tx -> tx.send("order-created", "o1", "x"));
        List<CheckAnswer> answers = other.transport.checkUndecided();
        assertThat(answers).extracting(CheckAnswer::verdict).containsExactlyInAnyOrder(Verdict.COMMIT, Verdict.SILENT);
        assertThat(answers).extracting(CheckAnswer::silence).containsExactlyInAnyOrder(null, Silence.NOT_MINE);
        assertThat(other.count("pledge_barrier")).isZero();
        assertThat(world().transport.fate(id)).isEqualTo("COMMIT");
    }

    @Test
    default void identityStaysWithTheDatabase() throws Exception {
        try (PledgeMQ again = world().open()) {
            assertThat(again.database().id()).isEqualTo(world().mq.database().id());
        }
        Database.createTables(world().pool);
        assertThat(Database.open(world().pool).id())
                .isEqualTo(world().mq.database().id());
    }

    @Test
    default void connectionReturnsToItsPoolAsItCame() throws Exception {
        try (Connection connection = world().pool.getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            String lockTimeout = lockTimeout(connection);
            Checks check = Checks.of(Database.open(new OneConnection(connection)));
            String id = new MessageIds(world().clock).next();
            assertThat(check.check(List.of(id)))
                    .extracting(CheckAnswer::verdict)
                    .containsExactly(Verdict.ROLLBACK);
            assertThat(lockTimeout(connection)).isEqualTo(lockTimeout);
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
            assertThat(connection.getAutoCommit()).isTrue();
        }
    }

    private String lockTimeout(Connection connection) throws SQLException {
        try (Statement sql = connection.createStatement();
                ResultSet rows = sql.executeQuery(world().kind.lockTimeoutQuery())) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Test
    default void databaseThatIsAwayAnswersNothingNeverRollback() {
        world().transport.decisionsToLose.set(Integer.MAX_VALUE);
        String id = world().mq.callInTransaction(tx -> tx.send("order-created", "o1", "x"));
        world().dataSource.away = true;
        List<CheckAnswer> answers = world().transport.checkUndecided();
        assertThat(answers).extracting(CheckAnswer::verdict).containsExactly(Verdict.SILENT);
        assertThat(answers.get(0).detail()).contains("could not be asked");
        assertThat(world().transport.fate(id)).isEqualTo("undecided");
    }

    @Test
    default void checkWhoseOwnCommitFailsGivesNoAnswer() throws Exception {
        Checks check = Checks.of(world());
        String id = new MessageIds(world().clock).next();
        world().dataSource.breakCommitAfter(1, Commit.LOST);
        assertThat(check.check(List.of(id))).extracting(CheckAnswer::verdict).containsExactly(Verdict.SILENT);
        assertThat(world().barrier(id)).isEmpty();
        world().dataSource.breakCommitAfter(1, Commit.DONE_BUT_ANSWER_LOST);
        assertThat(check.check(List.of(id))).extracting(CheckAnswer::verdict).containsExactly(Verdict.SILENT);
        assertThat(check.check(List.of(id))).extracting(CheckAnswer::verdict).containsExactly(Verdict.ROLLBACK);
    }

    @Test
    default void checkOfSeveralWhoseCommitFailsIsTriedOneByOne() throws Exception {
        Checks check = Checks.of(world());
        MessageIds ids = new MessageIds(world().clock);
        List<String> asked = List.of(ids.next(), ids.next());
        world().dataSource.breakCommitAfter(1, Commit.LOST);
        assertThat(check.check(asked)).extracting(CheckAnswer::verdict).containsOnly(Verdict.ROLLBACK);
        for (String id : asked) {
            assertThat(world().barrier(id)).isEqualTo("ROLLED_BACK");
        }
    }

    @Test
    default void manyAreCheckedAtOnceEachByItsOwnRow() throws Exception {
        MessageIds ids = new MessageIds(world().clock);
        world().transport.decisionsToLose.set(Integer.MAX_VALUE);
        List<String> all = new ArrayList<>();
        List<Verdict> expected = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            boolean committed = i % 3 == 0;
            all.add(committed ? world().mq.callInTransaction(tx -> tx.send("order-created", "o", "x")) : ids.next());
            expected.add(committed ? Verdict.COMMIT : Verdict.ROLLBACK);
        }
        Checks check = Checks.of(world());
        assertThat(check.check(all)).extracting(CheckAnswer::verdict).containsExactlyElementsOf(expected);
        assertThat(check.check(all)).extracting(CheckAnswer::verdict).containsExactlyElementsOf(expected);
    }

    @Test
    default void checksAtTheSameTimeAgree() throws Exception {
        Checks check = Checks.of(world());
        MessageIds ids = new MessageIds(world().clock);
        for (int round = 0; round < 20; round++) {
            List<String> asked = List.of(ids.next(), ids.next(), ids.next());
            CompletableFuture<List<CheckAnswer>> other = CompletableFuture.supplyAsync(() -> check.check(asked));
            List<CheckAnswer> mine = check.check(asked);
            assertThat(mine).extracting(CheckAnswer::verdict).containsOnly(Verdict.ROLLBACK);
            assertThat(other.get()).isEqualTo(mine);
        }
    }

    @Test
    default void messageWhoseTransactionRunsDelaysNoOtherAnswer() throws Exception {
        world().transport.decisionsToLose.set(Integer.MAX_VALUE);
        List<String> others = new ArrayList<>();
        List<CheckAnswer> answers = new ArrayList<>();
        Message message = Message.of("order-created", "o", "x");
        String running = world().mq.inTransaction(message, tx -> {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> world().mq.inTransaction(message, rolledBack -> {
                            throw new IllegalStateException("no");
                        }))
                        .hasMessage("no");
                others.add(world().mq.inTransaction(message, committed -> {}));
            }
            answers.addAll(world().transport.checkUndecided());
        });
        assertThat(answers).hasSize(7);
        assertThat(running).isLessThan(others.get(0));
        assertThat(answers.subList(0, 3)).extracting(CheckAnswer::messageId).containsExactlyElementsOf(others);
        assertThat(answers.subList(0, 3)).extracting(CheckAnswer::verdict).containsOnly(Verdict.COMMIT);
        assertThat(answers.subList(3, 6)).extracting(CheckAnswer::verdict).containsOnly(Verdict.ROLLBACK);
        assertThat(answers.get(6)).isEqualTo(new CheckAnswer(running, Verdict.UNKNOWN, CheckAnswer.STILL_RUNNING));
    }

    @Test
    default void checkThatComesTooLateForItsRowSaysWhy() throws Exception {
        BeforeSecondConnection source = new BeforeSecondConnection(world().pool);
        Database database = Database.open(source);
        Checks check = Checks.of(database);
        Stamp stamp = check.incarnation.stamp();
        MessageIds ids = new MessageIds(world().clock);
        String waiting = ids.next();
        Origin origin = new Origin("orders", "orders-1", database.id());
        OutgoingMessage message =
                new OutgoingMessage(waiting, origin, "t", "k", Body.of(new byte[0]), null, null, Map.of());
        source.happens(() -> new Outbox(database, "an-engine").keep(List.of(message)));
        assertThat(check.check(waiting, stamp))
                .isEqualTo(CheckAnswer.silent(waiting, Silence.IN_OUTBOX, CheckAnswer.IN_OUTBOX));
        String old = ids.next();
        source.happens(
                () -> world().execute("UPDATE pledge_meta SET meta_value = 'z' WHERE name = 'barrier_watermark'"));
        assertThat(check.check(old, stamp)).isEqualTo(new CheckAnswer(old, Verdict.UNKNOWN, CheckAnswer.TOO_OLD));
        world().execute("UPDATE pledge_meta SET meta_value = '' WHERE name = 'barrier_watermark'");
        String unseen = ids.next();
        source.happens(() -> world().execute("DELETE FROM pledge_incarnation"));
        assertThat(check.check(unseen, stamp))
                .isEqualTo(CheckAnswer.silent(unseen, Silence.NOT_SEEN, CheckAnswer.NOT_SEEN));
        for (String id : List.of(waiting, old, unseen)) {
            assertThat(world().barrier(id)).isEmpty();
        }
    }

    /** Somebody else does something between the first connection of a check and its second. */
    final class BeforeSecondConnection extends OnlyConnections {
        private final DataSource real;
        private int connections;
        private Executable event = () -> {};

        BeforeSecondConnection(DataSource real) {
            this.real = real;
        }

        void happens(Executable what) {
            connections = 0;
            event = what;
        }

        @Override
        public Connection getConnection() throws SQLException {
            connections++;
            if (connections == 2) {
                Executable now = event;
                event = () -> {};
                Assertions.assertDoesNotThrow(now);
            }
            return real.getConnection();
        }
    }
}
