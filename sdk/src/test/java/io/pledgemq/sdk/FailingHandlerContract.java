package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import com.example.shop.Shelf;
import io.pledgemq.sdk.ScriptedTransport.Settled;
import io.pledgemq.sdk.codec.PayloadCodec;
import io.pledgemq.sdk.errors.MessageRefusedException;
import io.pledgemq.sdk.retry.RetryPolicy;
import io.pledgemq.sdk.transport.OutgoingMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Failures that fail themselves: whatever an exception, an error or a codec does, the group goes on and tells why. */
interface FailingHandlerContract extends Contract {
    String TOPIC = "order-created";
    String GROUP = "warehouse";

    /** Cannot be asked for its message. */
    final class Untellable extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no detail");
        }
    }

    /** Is its own cause. */
    final class Circular extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public synchronized Throwable getCause() {
            return this;
        }
    }

    /** Knows neither cause nor stack. */
    final class Hollow extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public synchronized Throwable getCause() {
            throw new StackOverflowError();
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            throw new IllegalStateException("no stack");
        }

        @Override
        @SuppressWarnings("OverrideThrowableToString")
        public String toString() {
            throw new IllegalStateException("no text");
        }
    }

    /** Counts, tells the class, and the only handler thread goes on to the next. */
    @Test
    default void failuresThatFailThemselvesAreCountedAndTold() throws Exception {
        OutgoingMessage message = world().sent(TOPIC);
        Deque<Throwable> failures = new ArrayDeque<>(List.of(
                new Untellable(),
                new IllegalStateException("outer", new Untellable()),
                new Circular(),
                new Hollow(),
                new ThreadDeath(),
                new OutOfMemoryError("too much"),
                new IllegalStateException("a\0b\n" + "坏😀".repeat(100_000))));
        int all = failures.size();
        RetryPolicy retry = RetryPolicy.fixed(Duration.ofMillis(5)).neverRetry(IllegalArgumentException.class);
        world().mq
                .subscribe(
                        TOPIC,
                        GROUP,
                        String.class,
                        SubscriptionOptions.standard().threads(1).retry(retry),
                        (tx, received) -> rethrow(failures.poll()));
        for (int i = 0; i < all; i++) {
            String type = failures.getFirst().getClass().getName();
            world().transport.deliver(GROUP, message);
            Settled failed = world().transport.settled(GROUP);
            assertThat(failed.how()).as(type).isEqualTo("nack");
            assertThat(failed.counted()).isTrue();
            assertThat(failed.delay()).isEqualTo(Duration.ofMillis(5));
            assertThat(failed.detail())
                    .contains(type)
                    .doesNotContain("\0", "\n")
                    .hasSizeLessThanOrEqualTo(1_000);
        }
        world().transport.deliver(GROUP, message);
        assertThat(world().transport.settled(GROUP).detail()).isEqualTo("APPLIED 0");
    }

    private static void rethrow(@Nullable Throwable failure) throws Exception {
        if (failure instanceof Error error) {
            throw error;
        } else if (failure instanceof Exception exception) {
            throw exception;
        }
    }

    @Test
    default void finalCauseIsFoundBehindAFailureThatFails() throws Exception {
        OutgoingMessage message = world().sent(TOPIC);
        SubscriptionOptions options =
                SubscriptionOptions.standard().retry(RetryPolicy.standard().neverRetry(Untellable.class));
        world().mq.subscribe(TOPIC, GROUP, String.class, options, (tx, received) -> {
            throw new IllegalStateException("outer", new Untellable());
        });
        world().transport.deliver(GROUP, message);
        assertThat(world().transport.settled(GROUP).how()).isEqualTo("dead");
    }

    @Test
    default void failureIsToldInOneLineWithThePlaceInTheApplication() throws Exception {
        OutgoingMessage message = world().sent(TOPIC);
        try (LogLines lines = LogLines.of(FailureLog.class)) {
            world().mq.subscribe(TOPIC, GROUP, String.class, (tx, received) -> Shelf.take("three\nof them"));
            world().transport.deliver(GROUP, message);
            assertThat(world().transport.settled(GROUP).how()).isEqualTo("nack");
            assertThat(lines.only(Level.WARN))
                    .contains("group warehouse", message.messageId(), "key 'key'", "attempt 1 of 16")
                    .contains("NumberFormatException")
                    .contains(" at ", "com.example.shop.Shelf.take(Shelf.java:")
                    .contains("comes again in ")
                    .doesNotContain("\n");
        }
    }

    @Test
    default void codecThatThrowsAnythingRefusesTheSendByName() throws Exception {
        for (Throwable failure : List.of(new IOException("no"), new Untellable(), new StackOverflowError())) {
            try (PledgeMQ mq = world().builder().codec(failingCodec(failure)).open(world().transport)) {
                assertThatThrownBy(() -> mq.inTransaction(tx -> {
                            tx.send(TOPIC, "k", new Shop("north"));
                        }))
                        .isInstanceOfSatisfying(MessageRefusedException.class, e -> assertThat(e.reason())
                                .isEqualTo(MessageRefusedException.Reason.NOT_ENCODABLE))
                        .hasMessageContaining("Shop")
                        .hasMessageContaining(failure.getClass().getName());
            }
        }
        assertThat(world().count("pledge_barrier")).isZero();
    }

    @Test
    default void codecThatThrowsAtTheConsumerIsCountedLikeAHandlersFailure() throws Exception {
        OutgoingMessage message = world().sent(TOPIC);
        try (PledgeMQ mq =
                world().builder().codec(failingCodec(new Untellable())).open(world().transport)) {
            mq.subscribe(TOPIC, GROUP, Shop.class, (tx, received) -> {});
            world().transport.deliver(GROUP, message);
            Settled failed = world().transport.settled(GROUP);
            assertThat(failed.how()).isEqualTo("nack");
            assertThat(failed.counted()).isTrue();
            assertThat(failed.detail()).contains("Untellable");
        }
    }

    /** A payload. */
    record Shop(String name) {}

    private static PayloadCodec failingCodec(Throwable failure) {
        return new PayloadCodec() {
            @Override
            public byte[] encode(Object payload) throws IOException {
                throw thrown();
            }

            @Override
            public <T> T decode(byte[] body, Class<T> type) throws IOException {
                throw thrown();
            }

            private IOException thrown() {
                if (failure instanceof Error error) {
                    throw error;
                } else if (failure instanceof RuntimeException exception) {
                    throw exception;
                }
                return (IOException) failure;
            }
        };
    }
}
