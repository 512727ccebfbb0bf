package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.sdk.errors.DatabaseException;
import io.pledgemq.sdk.errors.IllegalUseException;
import io.pledgemq.sdk.errors.TransactionRolledBackException;
import io.pledgemq.sdk.jdbc.Database;
import io.pledgemq.sdk.jdbc.OtherDatabaseException;
import io.pledgemq.sdk.jdbc.Stamp;
import io.pledgemq.sdk.transport.CheckAnswer;
import io.pledgemq.sdk.transport.CheckAnswer.Verdict;
import io.pledgemq.sdk.transport.OutgoingMessage;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Nothing is decided, applied or removed in a database that is not the one that was opened, or has not seen the sender.
 */
interface IdentityContract extends Contract {

    private PledgeMQ openOn(RoutedDataSource routed) {
        PledgeMQBuilder builder = PledgeMQ.builder(routed).service("orders").clock(world().clock);
        builder.databaseClock = databaseMs -> world().clock.millis();
        return builder.open(world().transport);
    }

    @Test
    default void transactionInAnotherDatabaseIsRolledBack() throws Exception {
        World other = otherWorld();
        RoutedDataSource routed = new RoutedDataSource(world().pool, other.pool);
        try (PledgeMQ mq = openOn(routed)) {
            routed.toOther = true;
            assertThatThrownBy(() -> mq.inTransaction(tx -> {
                        World.order(tx.connection(), "astray");
                        tx.send("order-created", "astray", "x");
                    }))
                    .isInstanceOf(TransactionRolledBackException.class)
                    .hasMessageContaining("identity " + mq.database().id());
            assertThatThrownBy(() -> mq.inTransaction(Message.of("order-created", "astray", "x"), tx -> {}))
                    .isInstanceOf(TransactionRolledBackException.class);
            routed.toOther = false;
        }
        assertThat(other.count("orders")).isZero();
        assertThat(other.count("pledge_barrier")).isZero();
        assertThat(world().transport.committed("order-created")).isEmpty();
    }

    @Test
    default void checkThatReachesAnotherDatabaseAnswersNothing() throws Exception {
        World other = otherWorld();
        RoutedDataSource routed = new RoutedDataSource(world().pool, other.pool);
        try (PledgeMQ mq = openOn(routed)) {
            world().transport.decisionsToLose.set(Integer.MAX_VALUE);
            String id = mq.callInTransaction(tx -> tx.send("order-created", "o1", "x"));
            routed.toOther = true;
            world().dataSource.away = true;
            assertThat(world().transport.checkUndecided())
                    .extracting(CheckAnswer::verdict)
                    .containsOnly(Verdict.SILENT);
            assertThat(other.barrier(id)).isEmpty();
            assertThat(world().transport.fate(id)).isEqualTo("undecided");
            assertThatThrownBy(mq::cleanUp).isInstanceOf(OtherDatabaseException.class);
            routed.toOther = false;
            world().dataSource.away = false;
            world().transport.checkUndecided();
            world().transport.decisionsToLose.set(0);
            world().transport.checkUndecided();
            assertThat(world().transport.fate(id)).isEqualTo("COMMIT");
        }
    }

    @Test
    default void deliveryIsNotAppliedInAnotherDatabaseAndNotCounted() throws Exception {
        World other = otherWorld();
        OutgoingMessage message = world().sent("order-created");
        RoutedDataSource routed = new RoutedDataSource(world().pool, other.pool);
        try (PledgeMQ mq = openOn(routed)) {
            mq.subscribe(
                    "order-created", "warehouse", String.class, (tx, m) -> World.order(tx.connection(), m.messageId()));
            routed.toOther = true;
            world().transport.deliver("warehouse", message);
            ScriptedTransport.Settled settled = world().transport.settled("warehouse");
            assertThat(settled.how()).isEqualTo("nack");
            assertThat(settled.counted()).isFalse();
            assertThat(other.count("orders")).isZero();
            routed.toOther = false;
            world().transport.deliver("warehouse", message);
            assertThat(world().transport.settled("warehouse").detail()).isEqualTo("APPLIED 0");
            assertThat(world().count("orders")).isEqualTo(1);
        }
    }

    @Test
    default void joinedConnectionOfAnotherDatabaseIsRolledBack() throws Exception {
        World other = otherWorld();
        try (Connection connection = other.pool.getConnection()) {
            connection.setAutoCommit(false);
            LocalTransaction transaction = world().mq.join(connection);
            World.order(connection, "astray");
            assertThatThrownBy(() -> transaction.send("order-created", "astray", "x"))
                    .isInstanceOf(TransactionRolledBackException.class)
                    .hasMessageContaining("another database");
            assertThatThrownBy(transaction::beforeCommit)
                    .isInstanceOf(TransactionRolledBackException.class)
                    .hasMessageContaining("another database");
            connection.rollback();
            transaction.rolledBack();
        }
        assertThat(other.count("pledge_barrier")).isZero();
    }

    @Test
    default void checkRollsBackOnlyWhatTheDatabaseHasSeen() throws Exception {
        Checks checks = Checks.of(world());
        Stamp stamp = checks.incarnation.stamp();
        io.pledgemq.sdk.jdbc.MessageIds ids = new io.pledgemq.sdk.jdbc.MessageIds(world().clock);
        Stamp later = new Stamp(stamp.incarnation(), stamp.beats() + 1, false);
        Stamp unknown = new Stamp("somebody", 0, false);
        Stamp weakOfAnother = new Stamp(Checks.of(world()).incarnation.id(), 0, true);
        for (Stamp unseen : List.of(Stamp.NONE, later, unknown, weakOfAnother)) {
            String id = ids.next();
            assertThat(checks.check(id, unseen))
                    .isEqualTo(CheckAnswer.silent(id, CheckAnswer.Silence.NOT_SEEN, CheckAnswer.NOT_SEEN));
            assertThat(world().barrier(id)).isEmpty();
        }
        Stamp weak = new Stamp(stamp.incarnation(), stamp.beats(), true);
        Stamp seenOfAnother = Checks.of(world()).incarnation.stamp();
        for (Stamp seen : List.of(stamp, weak, seenOfAnother)) {
            String id = ids.next();
            assertThat(checks.check(id, seen).verdict()).isEqualTo(Verdict.ROLLBACK);
        }
    }

    @Test
    default void databaseThatWentBackIsNoticedAndItsOldMessagesWaitForAPerson() throws Exception {
        Checks checks = Checks.of(world());
        checks.incarnation.beat();
        checks.incarnation.beat();
        Stamp before = checks.incarnation.stamp();
        assertThat(before.beats()).isEqualTo(2);
        world().execute("UPDATE pledge_incarnation SET beats = 1 WHERE incarnation = '" + before.incarnation() + "'");
        String id = new io.pledgemq.sdk.jdbc.MessageIds(world().clock).next();
        assertThat(checks.check(id, before).verdict()).isEqualTo(Verdict.SILENT);
        checks.incarnation.beat();
        assertThat(checks.incarnation.id()).isNotEqualTo(before.incarnation());
        assertThat(checks.check(id, before).verdict()).isEqualTo(Verdict.SILENT);
        assertThat(checks.check(id, checks.incarnation.stamp()).verdict()).isEqualTo(Verdict.ROLLBACK);
    }

    @Test
    default void copyOfADatabaseIsRefusedWhileTheOriginalIsConnected() throws Exception {
        World copy = new World(world().kind, new ScriptedTransport());
        try (copy) {
            String identity = world().mq.database().id();
            copy.execute("UPDATE pledge_meta SET meta_value = '" + identity + "' WHERE name = 'database_id'");
            assertThatThrownBy(() -> PledgeMQ.builder(copy.pool).open(world().transport))
                    .isInstanceOf(IllegalUseException.class)
                    .hasMessageContaining("actual two")
                    .hasMessageContaining("giveNewIdentity");
            String own = Database.giveNewIdentity(copy.pool);
            assertThat(own).isNotEqualTo(identity);
            try (PledgeMQ mq = PledgeMQ.builder(copy.pool).open(world().transport)) {
                assertThat(mq.database().id()).isEqualTo(own);
            }
        }
    }

    @Test
    default void ownWorkIsRefusedOnAConnectionInAFrameworksTransaction() throws Exception {
        try (Connection outer = world().pool.getConnection()) {
            OneConnection aware = new OneConnection(outer);
            try (PledgeMQ mq = PledgeMQ.builder(aware).open(world().transport)) {
                outer.setAutoCommit(false);
                World.order(outer, "outer");
                assertThatThrownBy(() -> mq.inTransaction(tx -> tx.send("order-created", "o1", "x")))
                        .isInstanceOf(IllegalUseException.class)
                        .hasMessageContaining("in the middle of another transaction");
                assertThatThrownBy(mq::cleanUp).isInstanceOf(IllegalUseException.class);
                assertThatThrownBy(mq::relayOutbox).isInstanceOf(IllegalUseException.class);
                assertThatThrownBy(() -> Database.createTables(aware)).isInstanceOf(IllegalUseException.class);
                assertThatThrownBy(() -> Database.open(aware)).isInstanceOf(IllegalUseException.class);
                outer.rollback();
                outer.setAutoCommit(true);
            }
        }
        assertThat(world().count("orders")).isZero();
    }

    @Test
    default void joinAfterTheFirstWriteIsRefused() throws Exception {
        try (Connection connection = world().pool.getConnection()) {
            connection.setAutoCommit(false);
            World.order(connection, "o1");
            if (world().mq.database().kind().equals("mysql")) {
                connection.rollback();
                connection.setAutoCommit(true);
                return;
            }
            assertThatThrownBy(() -> world().mq.join(connection))
                    .isInstanceOf(IllegalUseException.class)
                    .hasMessageContaining("has just begun");
            connection.rollback();
            world().mq.join(connection).rolledBack();
            connection.setAutoCommit(true);
        }
    }

    @Test
    default void databaseWithoutAnIncarnationTableIsNotOpened() throws Exception {
        World other = otherWorld();
        other.execute("DROP TABLE pledge_incarnation");
        assertThatThrownBy(
                        () -> PledgeMQ.builder(other.pool).createTables(false).open(world().transport))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("expected version 2");
        Database.createTables(other.pool);
    }
}
