package io.pledgemq.sdk;

import io.pledgemq.sdk.foreign.FailureText;
import io.pledgemq.sdk.transport.AckNote;
import java.time.Duration;

/** How a consumer settles one delivery. */
sealed interface Settlement {
    /** Done. */
    record Ack(AckNote note) implements Settlement {}

    /** Deliver again after the delay. */
    record Again(String reason, boolean counted, Duration delay) implements Settlement {}

    /** The database is away: deliver again in a while, without counting a failure. */
    record Away(String reason) implements Settlement {
        static final Duration PAUSE = Duration.ofSeconds(3);
    }

    /** A dead letter at once. */
    record Dead(String reason) implements Settlement {}

    static Settlement ack(AckNote.Outcome outcome, int revision) {
        return new Ack(new AckNote(outcome, revision));
    }

    /** The message is not to blame. */
    static Settlement later(String reason) {
        return new Again(reason, false, Duration.ofSeconds(1));
    }

    static Settlement away(DatabaseAway failure) {
        return new Away(FailureText.of(failure));
    }
}
