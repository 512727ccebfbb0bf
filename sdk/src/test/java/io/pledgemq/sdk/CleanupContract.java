package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.sdk.errors.TransactionRolledBackException;
import io.pledgemq.sdk.transport.CheckAnswer;
import io.pledgemq.sdk.transport.CheckAnswer.Verdict;
import io.pledgemq.sdk.transport.Delivery;
import io.pledgemq.sdk.transport.OutgoingMessage;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Rules of the clean-up and its watermark. */
interface CleanupContract extends Contract {
    Duration PAST_RETENTION = Duration.ofDays(8);

    /** One run raises the watermark, the next removes what is at or below it. */
    private void cleanUpTwice() throws Exception {
        world().mq.cleanUp();
        world().mq.cleanUp();
    }

    @Test
    default void oldRowsGoAndYoungOnesStay() throws Exception {
        OutgoingMessage old = world().sent("order-created");
        world().mq.subscribe("order-created", "warehouse", String.class, (tx, message) -> {});
        world().transport.deliver("warehouse", old);
        world().transport.settled("warehouse");
        world().clock.move(PAST_RETENTION);
        OutgoingMessage young = world().sent("order-created");
        cleanUpTwice();
        assertThat(world().barrier(old.messageId())).isEmpty();
        assertThat(world().inbox("warehouse", old.messageId())).isEmpty();
        assertThat(world().barrier(young.messageId())).isEqualTo("COMMITTED");
    }

    @Test
    default void lateCheckOfACleanedMessageIsTooOldAndWritesNothing() throws Exception {
        OutgoingMessage old = world().sent("order-created");
        world().clock.move(PAST_RETENTION);
        cleanUpTwice();
        Checks check = Checks.of(world());
        List<CheckAnswer> answers = check.check(List.of(old.messageId()));
        assertThat(answers).containsExactly(new CheckAnswer(old.messageId(), Verdict.UNKNOWN, CheckAnswer.TOO_OLD));
        assertThat(check.check(List.of(old.messageId(), old.messageId().replace('7', '6'))))
                .extracting(CheckAnswer::detail)
                .containsOnly(CheckAnswer.TOO_OLD);
        assertThat(world().count("pledge_barrier")).isZero();
    }

    @Test
    default void committedRowWithoutConfirmationStaysAndTheCheckFindsIt() throws Exception {
        world().transport.decisionsToLose.set(Integer.MAX_VALUE);
        String id = world().mq.callInTransaction(tx -> tx.send("order-created", "o1", "x"));
        world().clock.move(PAST_RETENTION);
        world().mq.cleanUp();
        assertThat(world().mq.cleanUp().unconfirmed()).isEqualTo(1);
        assertThat(world().barrier(id)).isEqualTo("COMMITTED");
        world().transport.checkUndecided();
        assertThat(world().transport.fate(id)).isEqualTo("COMMIT");
        assertThat(world().mq.cleanUp().barrierRows()).isEqualTo(1);
        assertThat(world().barrier(id)).isEmpty();
    }

    @Test
    default void rowOfADeadProcessGoesWhenTheEngineSaysThatItIsSettled() throws Exception {
        world().transport.decisionsToLose.set(Integer.MAX_VALUE);
        String id = world().mq.callInTransaction(tx -> tx.send("order-created", "o1", "x"));
        world().transport.settledForCleanup.add(id);
        world().clock.move(PAST_RETENTION);
        cleanUpTwice();
        assertThat(world().barrier(id)).isEmpty();
    }

    @Test
    default void rolledBackRowGoesToo() throws Exception {
        Checks check = Checks.of(world());
        String id = new io.pledgemq.sdk.jdbc.MessageIds(world().clock).next();
        assertThat(check.check(List.of(id))).extracting(CheckAnswer::verdict).containsExactly(Verdict.ROLLBACK);
        world().clock.move(PAST_RETENTION);
        cleanUpTwice();
        assertThat(world().count("pledge_barrier")).isZero();
        assertThat(check.check(List.of(id))).extracting(CheckAnswer::detail).containsExactly(CheckAnswer.TOO_OLD);
    }

    @Test
    default void rowsOutliveTheRunThatRaisesTheWatermark() throws Exception {
        OutgoingMessage old = world().sent("order-created");
        world().clock.move(PAST_RETENTION);
        assertThat(world().mq.cleanUp().barrierRows()).isZero();
        assertThat(world().barrier(old.messageId())).isEqualTo("COMMITTED");
        assertThat(world().mq.cleanUp().barrierRows()).isEqualTo(1);
    }

    @Test
    default void oneWrongClockRaisesNothing() throws Exception {
        OutgoingMessage message = world().sent("order-created");
        Duration wrong = Duration.ofDays(30);
        world().databaseAhead = wrong.negated();
        world().clock.move(wrong);
        cleanUpTwice();
        world().clock.move(wrong.negated());
        world().databaseAhead = wrong;
        cleanUpTwice();
        world().databaseAhead = Duration.ZERO;
        assertThat(world().text("SELECT meta_value FROM pledge_meta WHERE name = 'barrier_watermark'"))
                .isEmpty();
        assertThat(world().barrier(message.messageId())).isEqualTo("COMMITTED");
        assertThat(world().transport.fate(world().sent("order-created").messageId()))
                .isEqualTo("COMMIT");
    }

    @Test
    default void watermarkOfTwoWrongClocksRemovesNothingMoreAndIsLowered() throws Exception {
        OutgoingMessage message = world().sent("order-created");
        Duration wrong = Duration.ofDays(30);
        world().clock.move(wrong);
        world().mq.cleanUp();
        world().clock.move(wrong.negated());
        assertThat(world().mq.cleanUp().barrierRows()).isZero();
        assertThat(world().barrier(message.messageId())).isEqualTo("COMMITTED");
        assertThatThrownBy(() -> world().sent("order-created"))
                .isInstanceOf(TransactionRolledBackException.class)
                .hasMessageContaining("a wrong clock has raised it");
        assertThat(world().mq.lowerWatermarks()).isTrue();
        assertThat(world().mq.lowerWatermarks()).isFalse();
        world().sent("order-created");
    }

    @Test
    default void databaseTellsItsClock() throws Exception {
        PledgeMQBuilder builder = world().builder();
        builder.clock(Clock.systemUTC());
        builder.databaseClock = java.util.function.LongUnaryOperator.identity();
        try (PledgeMQ mq = builder.open(world().transport)) {
            mq.cleanUp();
            assertThat(world().text("SELECT meta_value FROM pledge_meta WHERE name = 'barrier_watermark'"))
                    .isNotEmpty();
        }
    }

    @Test
    default void delayedMessageCountsFromItsDelivery() throws Exception {
        Message delayed = Message.of("order-created", "o1", "x")
                .notBefore(world().clock.instant().plus(Duration.ofDays(10)));
        String id = world().mq.callInTransaction(tx -> tx.send(delayed));
        OutgoingMessage message = world().transport.committed("order-created").get(0);
        AtomicInteger calls = new AtomicInteger();
        world().mq.subscribe("order-created", "warehouse", String.class, (tx, m) -> calls.incrementAndGet());
        world().clock.move(Duration.ofDays(10));
        cleanUpTwice();
        world().transport.deliver("warehouse", message);
        assertThat(world().transport.settled("warehouse").detail()).isEqualTo("APPLIED 0");
        cleanUpTwice();
        assertThat(world().inbox("warehouse", id)).isEqualTo("CONSUMED");
        world().transport.deliver("warehouse", message);
        assertThat(world().transport.settled("warehouse").detail()).isEqualTo("ALREADY_APPLIED 0");
        assertThat(calls).hasValue(1);
        world().clock.move(PAST_RETENTION);
        cleanUpTwice();
        assertThat(world().inbox("warehouse", id)).isEmpty();
    }

    @Test
    default void rowsOfAnotherEngineStayUntilItIsReleased() throws Exception {
        String here = world().transport.engineId;
        world().transport.engineId = "another-engine";
        String id;
        world().transport.decisionsToLose.set(Integer.MAX_VALUE);
        try (PledgeMQ other = world().open()) {
            id = other.callInTransaction(tx -> tx.send("order-created", "o1", "x"));
        }
        world().transport.engineId = here;
        world().transport.settledForCleanup.add(id);
        world().clock.move(PAST_RETENTION);
        cleanUpTwice();
        assertThat(world().barrier(id)).isEqualTo("COMMITTED");
        assertThat(world().mq.cleanUp().otherEngines()).containsEntry("another-engine", 1);
        world().mq.releaseEngine("another-engine");
        world().mq.cleanUp();
        assertThat(world().barrier(id)).isEmpty();
    }

    @Test
    default void sendWithAClockFarBehindIsRefused() throws Exception {
        Clock behind = Clock.fixed(world().clock.instant(), world().clock.getZone());
        world().clock.move(PAST_RETENTION);
        world().mq.cleanUp();
        PledgeMQBuilder builder = PledgeMQ.builder(world().dataSource).clock(behind);
        builder.databaseClock = databaseMs -> world().clock.millis();
        try (PledgeMQ late = builder.open(world().transport)) {
            assertThatThrownBy(() -> late.inTransaction(tx -> {
                        World.order(tx.connection(), "o1");
                        tx.send("order-created", "o1", "x");
                    }))
                    .isInstanceOf(TransactionRolledBackException.class)
                    .hasMessageContaining("watermark")
                    .hasMessageContaining("this host's clock says")
                    .hasMessageContaining("one of the clocks is wrong");
        }
        assertThat(world().count("orders")).isZero();
        assertThat(world().transport.committed("order-created")).isEmpty();
    }

    @Test
    default void deliveryOlderThanTheInboxIsADeadLetterUnlessAnOperatorInsists() throws Exception {
        OutgoingMessage old = world().sent("order-created");
        AtomicInteger calls = new AtomicInteger();
        world().mq.subscribe("order-created", "warehouse", String.class, (tx, message) -> calls.incrementAndGet());
        world().transport.deliver("warehouse", old);
        assertThat(world().transport.settled("warehouse").detail()).isEqualTo("APPLIED 0");
        world().clock.move(PAST_RETENTION);
        cleanUpTwice();
        world().transport.deliver("warehouse", old);
        ScriptedTransport.Settled dead = world().transport.settled("warehouse");
        assertThat(dead.how()).isEqualTo("dead");
        assertThat(dead.detail()).contains("older than the inbox");
        assertThat(calls).hasValue(1);
        world().transport.deliver("warehouse", old, 1, Delivery.Kind.NORMAL, true);
        assertThat(world().transport.settled("warehouse").detail()).isEqualTo("APPLIED 1");
    }

    @Test
    default void processThatHasNotSeenTheWatermarkStillRefuses() throws Exception {
        OutgoingMessage old = world().sent("order-created");
        try (PledgeMQ consumer = world().open()) {
            consumer.subscribe("order-created", "warehouse", String.class, (tx, message) -> {
                World.order(tx.connection(), "effect");
                if (message.revision() == 0) {
                    world().clock.move(PAST_RETENTION);
                    world().mq.cleanUp();
                }
            });
            world().transport.deliver("warehouse", old);
            ScriptedTransport.Settled dead = world().transport.settled("warehouse");
            assertThat(dead.how()).isEqualTo("dead");
            assertThat(dead.detail()).contains("older than the inbox");
            assertThat(world().count("orders")).isZero();
        }
    }
}
