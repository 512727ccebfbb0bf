package io.pledgemq.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ReceiveTurnsTest {
    private static final Duration LONG = ReceiveTurns.TURN.plusMillis(1);

    private long now = Long.MAX_VALUE - LONG.toNanos() / 2;
    private final ReceiveTurns turns = new ReceiveTurns(() -> now);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private CompletableFuture<Outcome> receive(String topic, int queue) {
        CompletableFuture<Outcome> receive = new CompletableFuture<>();
        turns.begins(topic, queue, receive);
        return receive;
    }

    private void assigned(String... topics) {
        for (String topic : topics) {
            turns.assigned(topic, 1);
        }
    }

    @Test
    void whoAsksForAllThatItWasAssignedIsLeftAlone() {
        assigned("a", "b");
        var a = receive("a", 0);
        var b = receive("b", 0);
        pass(Duration.ofSeconds(19));

        turns.round();

        assertThat(List.of(a, b)).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void theOldestReceiveMakesRoomForOneThatIsMissing() {
        assigned("a", "b", "c");
        var a = receive("a", 0);
        pass(Duration.ofMillis(1));
        var b = receive("b", 0);
        pass(LONG);

        turns.round();

        assertThat(a).isCompletedWithValue(new Outcome.Received(List.of()));
        assertThat(b).isNotDone();
    }

    @Test
    void asManyMakeRoomAsAreMissing() {
        assigned("a", "b", "c", "d");
        var a = receive("a", 0);
        var b = receive("b", 0);
        pass(LONG);

        turns.round();

        assertThat(List.of(a, b)).allMatch(CompletableFuture::isDone);
    }

    @Test
    void aSecondReceiveOfTheSameIsTheFirstToEnd() {
        assigned("a", "b", "c");
        var a = receive("a", 0);
        pass(Duration.ofMillis(1));
        var b = receive("b", 0);
        var twice = receive("b", 0);
        pass(LONG);

        turns.round();

        assertThat(a).isNotDone();
        assertThat(List.of(b, twice)).filteredOn(CompletableFuture::isDone).hasSize(1);
    }

    @Test
    void eachReceiveGetsItsTurnFirst() {
        assigned("a", "b");
        pass(LONG);
        var a = receive("a", 0);

        turns.round();
        assertThat(a).isNotDone();
        pass(LONG);
        turns.round();

        assertThat(a).isDone();
    }

    @Test
    void whatIsAssignedNoMoreIsNotWaitedFor() {
        assigned("a", "b");
        pass(ReceiveTurns.ASSIGNED.plusMillis(1));
        assigned("a");
        var a = receive("a", 0);
        pass(LONG);

        turns.round();

        assertThat(a).isNotDone();
    }

    @Test
    void whoAsksWithoutAssignmentsIsLeftAlone() {
        var a = receive("a", 0);
        receive("b", 0).complete(new Outcome.Received(List.of()));
        pass(LONG);

        turns.round();

        assertThat(a).isNotDone();
    }

    @Test
    void aReceiveThatEndedByItselfIsMissingOnlyAfterAWhile() {
        assigned("a", "b");
        var a = receive("a", 0);
        var b = receive("b", 0);
        pass(LONG);
        b.complete(new Outcome.Received(List.of()));

        turns.round();
        assertThat(a).isNotDone();
        pass(LONG);
        turns.round();

        assertThat(a).isDone();
    }
}
