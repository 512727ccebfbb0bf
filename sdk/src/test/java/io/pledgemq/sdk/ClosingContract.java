package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import io.pledgemq.sdk.errors.IllegalUseException;
import io.pledgemq.sdk.transport.OutgoingMessage;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Interrupts, which must not reach the database, and the end of a {@link PledgeMQ}. */
interface ClosingContract extends Contract {
    String TOPIC = "order-created";
    String GROUP = "warehouse";

    @Test
    default void handlerThatLeavesItsThreadInterruptedIsAppliedAndTheNextToo() throws Exception {
        AtomicInteger interruptedAtBegin = new AtomicInteger();
        SubscriptionOptions oneThread = SubscriptionOptions.standard().threads(1);
        world().mq.subscribe(TOPIC, GROUP, String.class, oneThread, (tx, received) -> {
            interruptedAtBegin.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
            World.order(tx.connection(), received.messageId());
            Thread.currentThread().interrupt();
        });
        for (int i = 0; i < 2; i++) {
            world().transport.deliver(GROUP, world().sent(TOPIC));
            assertThat(world().transport.settled(GROUP).detail()).isEqualTo("APPLIED 0");
        }
        assertThat(interruptedAtBegin).hasValue(0);
        assertThat(world().count("orders")).isEqualTo(2);
    }

    @Test
    default void senderThatIsInterruptedCommitsAndIsStillInterrupted() throws Exception {
        Thread.currentThread().interrupt();
        String id = world().mq.callInTransaction(tx -> {
            assertThat(Thread.interrupted()).isTrue();
            World.order(tx.connection(), "o1");
            Thread.currentThread().interrupt();
            return tx.send(TOPIC, "k", "x");
        });
        assertThat(Thread.interrupted()).isTrue();
        assertThat(world().transport.fate(id)).isEqualTo("COMMIT");
        Thread.currentThread().interrupt();
        world().mq.cleanUp();
        assertThat(Thread.interrupted()).isTrue();
        Thread.currentThread().interrupt();
        assertThat(world().mq.relayOutbox()).isZero();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(world().count("orders")).isEqualTo(1);
    }

    @Test
    default void closeWaitsForARunningHandlerWithoutInterruptingIt() throws Exception {
        Gate gate = new Gate();
        OutgoingMessage message = world().sent(TOPIC);
        PledgeMQ mq = world().open();
        mq.subscribe(TOPIC, GROUP, String.class, gate);
        world().transport.deliver(GROUP, message);
        gate.awaitInside();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(mq::close);
        awaitClosing(mq);
        assertRefused(mq, "closed while a handler runs");
        assertThat(closing).isNotDone();
        gate.open.countDown();
        closing.get(20, TimeUnit.SECONDS);
        assertThat(world().transport.settled(GROUP).detail()).isEqualTo("APPLIED 0");
        assertThat(gate.interrupted).isFalse();
        assertThat(world().count("orders")).isEqualTo(1);
    }

    @Test
    default void handlerThatOutlivesTheCloseIsToldAndLeftAlone() throws Exception {
        Gate gate = new Gate();
        OutgoingMessage message = world().sent(TOPIC);
        PledgeMQBuilder builder = world().builder();
        builder.handlersMayRun = Duration.ofMillis(50);
        PledgeMQ mq = builder.open(world().transport);
        mq.subscribe(TOPIC, GROUP, String.class, gate);
        world().transport.deliver(GROUP, message);
        gate.awaitInside();
        try (LogLines lines = LogLines.of(GroupConsumer.class)) {
            mq.close();
            assertThat(lines.only(Level.WARN)).contains(GROUP, "left alone", message.messageId());
        }
        gate.open.countDown();
        assertThat(world().transport.settled(GROUP).detail()).isEqualTo("APPLIED 0");
        assertThat(gate.interrupted).isFalse();
    }

    @Test
    default void whatWaitsForAHandlerIsGivenBackUncountedAtTheClose() throws Exception {
        Gate gate = new Gate();
        SubscriptionOptions oneThread = SubscriptionOptions.standard().threads(1);
        PledgeMQ mq = world().open();
        AtomicBoolean waitAtGate = new AtomicBoolean();
        mq.subscribe(TOPIC, GROUP, String.class, oneThread, (tx, received) -> {
            if (waitAtGate.get()) {
                gate.handle(tx, received);
            }
        });
        for (int i = 0; i < 3; i++) {
            world().transport.deliver(GROUP, world().sent(TOPIC));
            assertThat(world().transport.settled(GROUP).how()).isEqualTo("ack");
        }
        waitAtGate.set(true);
        world().transport.deliver(GROUP, world().sent(TOPIC));
        gate.awaitInside();
        world().transport.deliver(GROUP, world().sent(TOPIC));
        Eventually.holds(() -> world().transport.waiting(GROUP) == 0);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(mq::close);
        ScriptedTransport.Settled back = world().transport.settled(GROUP);
        assertThat(back.how()).isEqualTo("nack");
        assertThat(back.counted()).isFalse();
        assertThat(back.detail()).contains("receiver was closed");
        gate.open.countDown();
        closing.get(20, TimeUnit.SECONDS);
        assertThat(world().transport.settled(GROUP).how()).isEqualTo("ack");
    }

    @Test
    default void closeFromInsideAHandlerReturnsAndTheHandlerStillCommits() throws Exception {
        OutgoingMessage message = world().sent(TOPIC);
        PledgeMQ mq = world().open();
        mq.subscribe(TOPIC, GROUP, String.class, (tx, received) -> {
            mq.close();
            mq.close();
            World.order(tx.connection(), received.messageId());
            tx.send("stock-taken", "k", "x");
        });
        world().transport.deliver(GROUP, message);
        assertThat(world().transport.settled(GROUP).detail()).isEqualTo("APPLIED 0");
        CompletableFuture.runAsync(mq::close).get(20, TimeUnit.SECONDS);
        assertThat(world().transport.committed("stock-taken")).hasSize(1);
        assertRefused(mq, "closed by its handler");
    }

    @Test
    default void subscriptionClosedByItsOwnHandlerEndsAfterIt() throws Exception {
        OutgoingMessage message = world().sent(TOPIC);
        CompletableFuture<Subscription> subscription = new CompletableFuture<>();
        subscription.complete(world().mq.subscribe(TOPIC, GROUP, String.class, (tx, received) -> {
            subscription.get(20, TimeUnit.SECONDS).close();
            World.order(tx.connection(), received.messageId());
        }));
        long begun = System.nanoTime();
        world().transport.deliver(GROUP, message);
        assertThat(world().transport.settled(GROUP).detail()).isEqualTo("APPLIED 0");
        assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(9));
    }

    @Test
    default void closeOfAnInterruptedThreadWaitsAllTheSame() throws Exception {
        Gate gate = new Gate();
        OutgoingMessage message = world().sent(TOPIC);
        PledgeMQ mq = world().open();
        mq.subscribe(TOPIC, GROUP, String.class, gate);
        world().transport.deliver(GROUP, message);
        gate.awaitInside();
        CompletableFuture<Boolean> closing = CompletableFuture.supplyAsync(() -> {
            Thread.currentThread().interrupt();
            mq.close();
            return Thread.interrupted();
        });
        assertThatThrownBy(() -> closing.get(100, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        gate.open.countDown();
        assertThat(closing.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(world().transport.settled(GROUP).detail()).isEqualTo("APPLIED 0");
        assertThat(world().count("orders")).isEqualTo(1);
    }

    private void assertRefused(PledgeMQ mq, String when) throws SQLException {
        Message message = Message.of(TOPIC, "k", "x");
        try (Connection connection = world().pool.getConnection()) {
            Map<String, ThrowingCallable> calls = Map.of(
                    "inTransaction", () -> mq.inTransaction(tx -> {}),
                    "inTransaction of a message", () -> mq.inTransaction(message, tx -> {}),
                    "join", () -> mq.join(connection),
                    "subscribe", () -> mq.subscribe(TOPIC, "other", String.class, (tx, received) -> {}),
                    "onCompensate", () -> mq.onCompensate(TOPIC, String.class, (tx, received) -> {}),
                    "cleanUp", mq::cleanUp,
                    "relayOutbox", mq::relayOutbox);
            calls.forEach((what, call) -> {
                Throwable refusal = catchThrowable(call);
                assertThat(refusal)
                        .as(what + ", " + when)
                        .isInstanceOf(IllegalUseException.class)
                        .hasMessageContaining("this one is closed");
            });
        }
    }

    /** The other thread may not have begun to close yet. */
    private static void awaitClosing(PledgeMQ mq) {
        Throwable refusal = null;
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                System.nanoTime() < end && refusal == null; ) {
            refusal = catchThrowable(mq::cleanUp);
        }
        assertThat(refusal).hasMessageContaining("this one is closed");
    }

    @Test
    default void afterCloseEverythingIsRefused() throws Exception {
        PledgeMQ mq = world().open();
        mq.close();
        assertRefused(mq, "closed");
        mq.close();
    }

    @Test
    default void nullIsRefusedByName() throws Exception {
        PledgeMQ mq = world().mq;
        for (Nulls nulls : List.of(
                new Nulls("topic", () -> send(mq, null, "k", "x")),
                new Nulls("key", () -> send(mq, TOPIC, null, "x")),
                new Nulls("payload", () -> send(mq, TOPIC, "k", null)),
                new Nulls("a value of property 'colour'", () -> Message.of(TOPIC, "k", "x")
                        .with("colour", unchecked((String) null))),
                new Nulls("message group", () -> Message.of(TOPIC, "k", "x").inGroup(unchecked((String) null))))) {
            assertThatThrownBy(nulls.call)
                    .isInstanceOf(IllegalUseException.class)
                    .hasMessageContaining("expected a")
                    .hasMessageContaining(nulls.what)
                    .hasMessageContaining("null");
        }
        assertThat(world().count("pledge_barrier")).isZero();
    }

    /** What is null, and where. */
    record Nulls(String what, ThrowingCallable call) {}

    private static void send(PledgeMQ mq, @Nullable String topic, @Nullable String key, @Nullable Object payload) {
        mq.inTransaction(tx -> {
            tx.send(unchecked(topic), unchecked(key), unchecked(payload));
        });
    }

    /** What the compiler would refuse. */
    @SuppressWarnings("NullAway")
    private static <T> T unchecked(@Nullable T value) {
        return value;
    }

    /** A handler that makes its effect when the test says so, and notes an interrupt. */
    final class Gate implements MessageHandler<String> {
        final CountDownLatch open = new CountDownLatch(1);
        final AtomicBoolean interrupted = new AtomicBoolean();
        private final CountDownLatch inside = new CountDownLatch(1);

        void awaitInside() throws InterruptedException, ExecutionException {
            assertThat(inside.await(20, TimeUnit.SECONDS)).isTrue();
        }

        @Override
        public void handle(Transaction tx, ReceivedMessage<String> message) throws SQLException {
            inside.countDown();
            try {
                assertThat(open.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
            World.order(tx.connection(), message.messageId());
        }
    }
}
