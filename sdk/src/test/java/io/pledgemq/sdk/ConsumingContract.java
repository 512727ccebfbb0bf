package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.pledgemq.sdk.BreakableDataSource.Commit;
import io.pledgemq.sdk.ScriptedTransport.Settled;
import io.pledgemq.sdk.retry.RetryPolicy;
import io.pledgemq.sdk.transport.Delivery;
import io.pledgemq.sdk.transport.OutgoingMessage;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Rules of the consumer's side. */
interface ConsumingContract extends Contract {
    String TOPIC = "order-created";
    String GROUP = "warehouse";

    /** The effect: one row, whose key makes a second effect fail loudly. */
    private MessageHandler<String> stock() {
        return (tx, message) -> World.order(tx.connection(), message.messageId());
    }

    @Test
    default void effectAndInboxRowAreOneTransaction() throws Exception {
        OutgoingMessage message = world().sent(TOPIC);
        AtomicBoolean fail = new AtomicBoolean(true);
        world().mq.subscribe(TOPIC, GROUP, String.class, (tx, received) -> {
            World.order(tx.connection(), received.messageId());
            if (fail.get()) {
                throw new IllegalStateException("no stock");
            }
        });
        world().transport.deliver(GROUP, message);
        Settled failed = world().transport.settled(GROUP);
        assertThat(failed.how()).isEqualTo("nack");
        assertThat(failed.counted()).isTrue();
        assertThat(failed.detail()).contains("no stock");
        assertThat(failed.delay()).isBetween(Duration.ofMillis(800), Duration.ofMillis(1200));
        assertThat(world().count("orders")).isZero();
        assertThat(world().inbox(GROUP, message.messageId())).isEmpty();
        fail.set(false);
        world().transport.deliver(GROUP, message);
        assertThat(world().transport.settled(GROUP).detail()).isEqualTo("APPLIED 0");
        assertThat(world().count("orders")).isEqualTo(1);
        assertThat(world().inbox(GROUP, message.messageId())).isEqualTo("CONSUMED");
    }

    @Test
    default void redeliveryIsANoOp() throws Exception {
        OutgoingMessage message = world().sent(TOPIC);
        AtomicInteger calls = new AtomicInteger();
        world().mq.subscribe(TOPIC, GROUP, String.class, (tx, received) -> calls.incrementAndGet());
        world().transport.deliver(GROUP, message);
        world().transport.deliver(GROUP, message);
        List<String> details = List.of(
                world().transport.settled(GROUP).detail(),
                world().transport.settled(GROUP).detail());
        assertThat(details).containsExactlyInAnyOrder("APPLIED 0", "ALREADY_APPLIED 0");
        assertThat(calls).hasValue(1);
    }

    @Test
    default void atMostOneRevisionApplies() throws Exception {
        OutgoingMessage message = world().sent(TOPIC);
        world().mq.subscribe(TOPIC, GROUP, String.class, stock());
        world().transport.deliver(GROUP, message, 2, Delivery.Kind.NORMAL, false);
        assertThat(world().transport.settled(GROUP).detail()).isEqualTo("APPLIED 2");
        world().transport.deliver(GROUP, message, 3, Delivery.Kind.NORMAL, false);
        assertThat(world().transport.settled(GROUP).detail()).isEqualTo("ALREADY_APPLIED 2");
        assertThat(world().count("orders")).isEqualTo(1);
    }

    @Test
    default void groupsInOneDatabaseEachApplyEvenIfOnlyTheirCaseDiffers() throws Exception {
        OutgoingMessage message = world().sent(TOPIC);
        List<String> applied = new CopyOnWriteArrayList<>();
        for (String group : List.of("warehouse", "Warehouse", "billing")) {
            world().mq.subscribe(TOPIC, group, String.class, (tx, received) -> applied.add(group));
            world().transport.deliver(group, message);
            assertThat(world().transport.settled(group).detail()).isEqualTo("APPLIED 0");
        }
        assertThat(applied).containsExactly("warehouse", "Warehouse", "billing");
        assertThat(world().count("pledge_inbox")).isEqualTo(3);
    }

    @Test
    default void deliveryThatIsBeingAppliedElsewhereComesAgainUncounted() throws Exception {
        OutgoingMessage message = world().sent(TOPIC);
        CountDownLatch inHandler = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        world().mq.subscribe(TOPIC, GROUP, String.class, (tx, received) -> {
            inHandler.countDown();
            goOn.await();
            World.order(tx.connection(), received.messageId());
        });
        world().transport.deliver(GROUP, message);
        inHandler.await();
        world().transport.deliver(GROUP, message);
        Settled second = world().transport.settled(GROUP);
        assertThat(second.how()).isEqualTo("nack");
        assertThat(second.counted()).isFalse();
        assertThat(second.detail()).contains("being applied elsewhere");
        goOn.countDown();
        assertThat(world().transport.settled(GROUP).detail()).isEqualTo("APPLIED 0");
        assertThat(world().count("orders")).isEqualTo(1);
    }

    @Test
    default void handlerKeepsTheUsualLockTimeout() throws Exception {
        OutgoingMessage message = world().sent(TOPIC);
        String usual = world().text(world().kind.lockTimeoutQuery());
        List<String> inHandler = new CopyOnWriteArrayList<>();
        world().mq.subscribe(TOPIC, GROUP, String.class, (tx, received) -> {
            try (Statement sql = tx.connection().createStatement();
                    var rows = sql.executeQuery(world().kind.lockTimeoutQuery())) {
                rows.next();
                inHandler.add(rows.getString(1));
            }
        });
        world().transport.deliver(GROUP, message);
        assertThat(world().transport.settled(GROUP).detail()).isEqualTo("APPLIED 0");
        assertThat(inHandler).containsExactly(usual);
    }

    @Test
    default void handlerThatThrowsAnErrorIsCountedAndTheConsumerLives() throws Exception {
        OutgoingMessage message = world().sent(TOPIC);
        AtomicBoolean fail = new AtomicBoolean(true);
        world().mq
                .subscribe(
                        TOPIC,
                        GROUP,
                        String.class,
                        SubscriptionOptions.standard().threads(1),
                        (tx, received) -> {
                            if (fail.getAndSet(false)) {
                                throw new StackOverflowError("deep");
                            }
                        });
        world().transport.deliver(GROUP, message);
        Settled failed = world().transport.settled(GROUP);
        assertThat(failed.how()).isEqualTo("nack");
        assertThat(failed.counted()).isTrue();
        assertThat(failed.detail()).contains("StackOverflowError: deep");
        world().transport.deliver(GROUP, message);
        assertThat(world().transport.settled(GROUP).detail()).isEqualTo("APPLIED 0");
    }

    @Test
    default void finalFailureIsADeadLetterAtOnce() throws Exception {
        OutgoingMessage message = world().sent(TOPIC);
        SubscriptionOptions options =
                SubscriptionOptions.standard().retry(RetryPolicy.standard().neverRetry(IllegalArgumentException.class));
        world().mq.subscribe(TOPIC, GROUP, String.class, options, (tx, received) -> {
            throw new IllegalStateException(new IllegalArgumentException("no such article"));
        });
        world().transport.deliver(GROUP, message);
        Settled dead = world().transport.settled(GROUP);
        assertThat(dead.how()).isEqualTo("dead");
        assertThat(dead.detail()).contains("no such article");
    }

    @Test
    default void bodyThatCannotBeReadIsADeadLetterAtOnce() throws Exception {
        OutgoingMessage message = world().sent(TOPIC);
        world().mq.subscribe(TOPIC, GROUP, Integer.class, (tx, received) -> {
            throw new AssertionError("must not run");
        });
        world().transport.deliver(GROUP, message);
        Settled dead = world().transport.settled(GROUP);
        assertThat(dead.how()).isEqualTo("dead");
        assertThat(dead.detail()).contains("is not a java.lang.Integer").contains("redrive");
    }

    @Test
    default void bytesArriveAsTheyWereSent() throws Exception {
        byte[] bytes = {1, 0, -1};
        String id = world().mq.callInTransaction(tx -> tx.send(TOPIC, "k", bytes));
        List<byte[]> received = new CopyOnWriteArrayList<>();
        world().mq.subscribe(TOPIC, GROUP, byte[].class, (tx, message) -> received.add(message.payload()));
        world().transport.deliver(GROUP, world().transport.committed(TOPIC).get(0));
        assertThat(world().transport.settled(GROUP).detail()).isEqualTo("APPLIED 0");
        assertThat(received).hasSize(1);
        assertThat(received.get(0)).containsExactly(bytes);
        assertThat(world().inbox(GROUP, id)).isEqualTo("CONSUMED");
    }

    @Test
    default void inboxRowLostInsideTheHandlerRollsBack() throws Exception {
        OutgoingMessage message = world().sent(TOPIC);
        world().mq.subscribe(TOPIC, GROUP, String.class, (tx, received) -> {
            World.order(tx.connection(), received.messageId());
            try (Statement sql = tx.connection().createStatement()) {
                sql.execute("DELETE FROM pledge_inbox");
            }
        });
        world().transport.deliver(GROUP, message);
        Settled failed = world().transport.settled(GROUP);
        assertThat(failed.how()).isEqualTo("nack");
        assertThat(failed.detail()).contains("expected the inbox row").contains("no row");
        assertThat(world().count("orders")).isZero();
    }

    @Test
    default void databaseThatIsAwayDoesNotCountAgainstTheMessage() throws Exception {
        OutgoingMessage message = world().sent(TOPIC);
        world().mq.subscribe(TOPIC, GROUP, String.class, stock());
        world().dataSource.away = true;
        world().transport.deliver(GROUP, message);
        Settled away = world().transport.settled(GROUP);
        assertThat(away.how()).isEqualTo("nack");
        assertThat(away.counted()).isFalse();
        assertThat(away.detail()).contains("business database is away");
        world().dataSource.away = false;
        world().transport.deliver(GROUP, message);
        assertThat(world().transport.settled(GROUP).detail()).isEqualTo("APPLIED 0");
    }

    @Test
    default void databaseThatIsAwayIsToldOnceAndThatItIsBackToo() throws Exception {
        try (LogLines lines = LogLines.of(DatabaseOutages.class)) {
            OutgoingMessage message = world().sent(TOPIC);
            world().mq.subscribe(TOPIC, GROUP, String.class, stock());
            world().dataSource.away = true;
            for (int times = 0; times < 3; times++) {
                world().transport.deliver(GROUP, message);
                world().transport.settled(GROUP);
            }
            assertThat(lines.only(Level.WARN))
                    .contains(GROUP, "until its database is back", "business database is away");
            world().dataSource.away = false;
            for (int times = 0; times < 2; times++) {
                world().transport.deliver(GROUP, message);
                world().transport.settled(GROUP);
            }
            assertThat(lines.only(Level.INFO)).contains(GROUP, "its database is back");
        }
    }

    @Test
    default void sessionKilledInsideTheHandlerMakesNoEffect() throws Exception {
        OutgoingMessage message = world().sent(TOPIC);
        AtomicBoolean kill = new AtomicBoolean(true);
        world().mq.subscribe(TOPIC, GROUP, String.class, (tx, received) -> {
            World.order(tx.connection(), received.messageId());
            if (kill.getAndSet(false)) {
                world().kind.killSessions(world());
            }
        });
        world().transport.deliver(GROUP, message);
        assertThat(world().transport.settled(GROUP).how()).isEqualTo("nack");
        assertThat(world().count("orders")).isZero();
        world().transport.deliver(GROUP, message);
        assertThat(world().transport.settled(GROUP).detail()).isEqualTo("APPLIED 0");
        assertThat(world().count("orders")).isEqualTo(1);
    }

    @Test
    default void lostAnswerOfCommitIsNotAckedAndTheRedeliveryIsANoOp() throws Exception {
        OutgoingMessage message = world().sent(TOPIC);
        world().mq.subscribe(TOPIC, GROUP, String.class, (tx, received) -> {
            World.order(tx.connection(), received.messageId());
            world().dataSource.breakNextCommit(Commit.DONE_BUT_ANSWER_LOST);
        });
        world().transport.deliver(GROUP, message);
        Settled unknown = world().transport.settled(GROUP);
        assertThat(unknown.how()).isEqualTo("nack");
        assertThat(unknown.counted()).isFalse();
        world().transport.deliver(GROUP, message);
        assertThat(world().transport.settled(GROUP).detail()).isEqualTo("ALREADY_APPLIED 0");
        assertThat(world().count("orders")).isEqualTo(1);
    }

    @Test
    default void whatAHandlerSendsBelongsToItsTransaction() throws Exception {
        OutgoingMessage message = world().sent(TOPIC);
        AtomicBoolean fail = new AtomicBoolean(true);
        world().mq.subscribe(TOPIC, GROUP, String.class, (tx, received) -> {
            tx.send("stock-taken", received.key(), "x");
            if (fail.getAndSet(false)) {
                throw new IllegalStateException("no stock");
            }
        });
        world().transport.deliver(GROUP, message);
        assertThat(world().transport.settled(GROUP).how()).isEqualTo("nack");
        assertThat(world().transport.committed("stock-taken")).isEmpty();
        world().transport.deliver(GROUP, message);
        assertThat(world().transport.settled(GROUP).how()).isEqualTo("ack");
        assertThat(world().transport.committed("stock-taken")).hasSize(1);
    }

    @Test
    default void leaseOfASlowHandlerIsRenewed() throws Exception {
        OutgoingMessage message = world().sent(TOPIC);
        SubscriptionOptions options = SubscriptionOptions.standard().lease(Duration.ofSeconds(1));
        CountDownLatch goOn = new CountDownLatch(1);
        world().mq.subscribe(TOPIC, GROUP, String.class, options, (tx, received) -> goOn.await());
        world().transport.deliver(GROUP, message);
        Eventually.holds(() -> world().transport.extensions.get() >= 3);
        goOn.countDown();
        assertThat(world().transport.settled(GROUP).how()).isEqualTo("ack");
    }

    @Test
    default void messageThatWaitsBehindASlowHandlerIsGivenBackUncounted() throws Exception {
        SubscriptionOptions options = SubscriptionOptions.standard().threads(1).lease(Duration.ofSeconds(1));
        OutgoingMessage slow = world().sent(TOPIC);
        CountDownLatch goOn = new CountDownLatch(1);
        world().mq.subscribe(TOPIC, GROUP, String.class, options, (tx, received) -> {
            if (received.messageId().equals(slow.messageId())) {
                goOn.await();
            }
        });
        while (world().transport.askedFor.get() < 2) {
            world().transport.deliver(GROUP, world().sent(TOPIC));
            assertThat(world().transport.settled(GROUP).how()).isEqualTo("ack");
        }
        world().transport.deliver(GROUP, slow);
        OutgoingMessage waiting = world().sent(TOPIC);
        world().transport.deliver(GROUP, waiting);
        Settled givenBack = world().transport.settled(GROUP);
        assertThat(givenBack.how()).isEqualTo("nack");
        assertThat(givenBack.counted()).isFalse();
        assertThat(givenBack.delay()).isZero();
        goOn.countDown();
        assertThat(world().transport.settled(GROUP).detail()).isEqualTo("APPLIED 0");
        assertThat(world().inbox(GROUP, waiting.messageId())).isEmpty();
        world().transport.deliver(GROUP, waiting);
        assertThat(world().transport.settled(GROUP).detail()).isEqualTo("APPLIED 0");
    }

    @Test
    default void engineThatIsAwayAtCommitDoesNotCountAgainstTheMessage() throws Exception {
        OutgoingMessage message = world().sent(TOPIC);
        world().mq.subscribe(TOPIC, GROUP, String.class, (tx, received) -> {
            World.order(tx.connection(), received.messageId());
            tx.send("stock-taken", received.key(), "x");
        });
        world().transport.away = true;
        world().transport.deliver(GROUP, message);
        Settled away = world().transport.settled(GROUP);
        assertThat(away.how()).isEqualTo("nack");
        assertThat(away.counted()).isFalse();
        assertThat(world().count("orders")).isZero();
        world().transport.away = false;
        world().transport.deliver(GROUP, message);
        assertThat(world().transport.settled(GROUP).detail()).isEqualTo("APPLIED 0");
    }
}
