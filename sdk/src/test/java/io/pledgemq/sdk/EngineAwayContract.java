package io.pledgemq.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.pledgemq.sdk.transport.PrepareResult;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who waits for an engine, or a database, that is away, how often, and what is said about it. */
interface EngineAwayContract extends Contract {
    private String order(PledgeMQ mq) {
        return mq.callInTransaction(tx -> tx.send("order-created", "key", "payload"));
    }

    private int tries() {
        return world().transport.prepareCalls.get();
    }

    @Test
    default void transactionsDoNotWaitAgainAndAgainForAnEngineThatIsAway() throws Exception {
        try (PledgeMQ mq = world().open(OnEngineDown.OUTBOX)) {
            world().transport.unreachable = true;
            order(mq);
            assertThat(tries()).isEqualTo(1);
            order(mq);
            mq.inTransaction(Message.of("order-created", "key", "payload"), tx -> {});
            assertThat(tries()).isEqualTo(1);
            assertThat(world().count("pledge_outbox")).isEqualTo(3);
            world().clock.move(EngineBreaker.FIRST_PAUSE);
            order(mq);
            order(mq);
            assertThat(tries()).as("one tries when the pause is over").isEqualTo(2);
            world().clock.move(EngineBreaker.FIRST_PAUSE);
            order(mq);
            assertThat(tries()).as("the second pause is longer").isEqualTo(2);
            world().clock.move(EngineBreaker.FIRST_PAUSE);
            order(mq);
            assertThat(tries()).isEqualTo(3);
        }
    }

    @Test
    default void pauseGrowsToItsLimitOnly() throws Exception {
        try (PledgeMQ mq = world().open(OnEngineDown.OUTBOX)) {
            world().transport.unreachable = true;
            for (int i = 0; i < 10; i++) {
                order(mq);
                world().clock.move(EngineBreaker.LONGEST_PAUSE);
            }
            assertThat(tries()).isEqualTo(10);
        }
    }

    @Test
    default void transactionThatReachesTheEngineEndsThePauseForAll() throws Exception {
        try (LogLines lines = LogLines.of(EngineBreaker.class);
                PledgeMQ mq = world().open(OnEngineDown.OUTBOX)) {
            world().transport.unreachable = true;
            order(mq);
            order(mq);
            assertThat(lines.only(Level.WARN))
                    .contains("the engine cannot be reached", "straight to the outbox", "after 1 s");
            world().transport.unreachable = false;
            world().clock.move(EngineBreaker.FIRST_PAUSE);
            String first = order(mq);
            String second = order(mq);
            assertThat(world().transport.published).containsExactly(first, second);
            assertThat(lines.only(Level.INFO)).contains("the engine is back after 1 s");
        }
    }

    @Test
    default void relayThatReachesTheEngineEndsThePauseForAll() throws Exception {
        try (PledgeMQ mq = world().open(OnEngineDown.OUTBOX)) {
            world().transport.unreachable = true;
            String waited = order(mq);
            world().transport.unreachable = false;
            assertThat(mq.relayOutbox()).isEqualTo(1);
            String direct = order(mq);
            assertThat(world().transport.published).containsExactly(waited, direct);
        }
    }

    @Test
    default void engineThatAnswersIsNotAwayWhateverItSays() throws Exception {
        try (PledgeMQ mq = world().open(OnEngineDown.OUTBOX)) {
            world().transport.refuse = message -> new PrepareResult.Refused(null, "too many in flight; wait");
            order(mq);
            order(mq);
            assertThat(tries()).isEqualTo(2);
            assertThat(world().count("pledge_outbox")).isEqualTo(2);
        }
    }

    @Test
    default void withoutTheOutboxEachTransactionTries() throws Exception {
        world().transport.unreachable = true;
        for (int i = 1; i <= 3; i++) {
            assertThat(catchThrowable(() -> order(world().mq))).hasMessageContaining("cannot be reached");
            assertThat(tries()).isEqualTo(i);
        }
    }

    @Test
    default void relayTellsOnceThatTheDatabaseIsAwayAndOnceThatItIsBack() throws Exception {
        try (LogLines lines = LogLines.of(OutboxRelay.class);
                PledgeMQ mq = world().builder()
                        .onEngineDown(OnEngineDown.OUTBOX)
                        .relayEvery(Duration.ofMillis(5))
                        .open(world().transport)) {
            world().dataSource.away = true;
            Eventually.holds(() -> lines.at(Level.DEBUG).size() >= 3);
            world().dataSource.away = false;
            Eventually.holds(() -> !lines.at(Level.INFO).isEmpty());
            assertThat(mq.relayOutbox()).isZero();
            assertThat(lines.at(Level.DEBUG)).allMatch(event -> event.getThrowableProxy() != null);
            List<ILoggingEvent> warnings = lines.at(Level.WARN);
            assertThat(warnings).hasSize(1);
            assertThat(warnings.get(0).getThrowableProxy()).isNull();
            assertThat(warnings.get(0).getFormattedMessage()).contains("every 5 ms", "connection refused");
            assertThat(lines.at(Level.INFO)).hasSize(1);
            assertThat(lines.at(Level.ERROR)).isEmpty();
        }
    }
}
