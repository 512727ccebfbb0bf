package io.pledgemq.sdk;

import io.pledgemq.sdk.errors.EngineUnavailableException;
import io.pledgemq.sdk.errors.OutcomeUnknownException;
import io.pledgemq.sdk.errors.TransactionRolledBackException;
import io.pledgemq.sdk.foreign.FailureText;
import io.pledgemq.sdk.jdbc.Inbox;
import io.pledgemq.sdk.jdbc.OtherDatabaseException;
import io.pledgemq.sdk.retry.RetryPolicy;
import io.pledgemq.sdk.transport.Delivery;
import java.util.random.RandomGenerator;

/** Converts what a handler throws to a settlement. Errors count as failures, as exceptions do. */
final class FailureJudge {
    private final RetryPolicy retry;
    private final Inbox inbox;
    private final RandomGenerator random;

    FailureJudge(RetryPolicy retry, Inbox inbox, RandomGenerator random) {
        this.retry = retry;
        this.inbox = inbox;
        this.random = random;
    }

    Settlement judge(Throwable failure, Delivery delivery, Inbox.Place place) {
        if (!delivery.evenIfOld() && inbox.isOld(place)) {
            return new Settlement.Dead(inbox.tooOld(place));
        } else if (delivery.kind() == Delivery.Kind.COMPENSATE) {
            return new Settlement.Again(FailureText.of(failure), false, retry.pauseAfter(delivery.attempt(), random));
        } else if (failure instanceof TransactionRolledBackException rolledBack
                && rolledBack.getCause() instanceof OtherDatabaseException) {
            return Settlement.later(FailureText.of(failure));
        } else if (failure instanceof OutcomeUnknownException || failure instanceof EngineUnavailableException) {
            return Settlement.later(FailureText.of(failure));
        } else if (retry.isFinal(failure)) {
            return new Settlement.Dead(FailureText.of(failure));
        }
        return new Settlement.Again(FailureText.of(failure), true, retry.pauseAfter(delivery.attempt(), random));
    }
}
