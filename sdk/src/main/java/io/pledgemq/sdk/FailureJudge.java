package io.pledgemq.sdk;

import io.pledgemq.sdk.errors.EngineUnavailableException;
import io.pledgemq.sdk.errors.OutcomeUnknownException;
import io.pledgemq.sdk.jdbc.Inbox;
import io.pledgemq.sdk.jdbc.OtherDatabaseException;
import io.pledgemq.sdk.retry.RetryPolicy;
import io.pledgemq.sdk.transport.Delivery;
import java.util.random.RandomGenerator;

/** Turns what a handler has thrown into a settlement. Errors count as failures like exceptions do. */
final class FailureJudge {
    private static final int MAX_REASON_LENGTH = 1_000;
    private static final int MAX_CAUSES = 4;

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
            return new Settlement.Again(reason(failure), false, retry.pauseAfter(delivery.attempt(), random));
        } else if (failure.getCause() instanceof OtherDatabaseException) {
            return Settlement.later(reason(failure));
        } else if (failure instanceof OutcomeUnknownException || failure instanceof EngineUnavailableException) {
            return Settlement.later(reason(failure));
        } else if (retry.isFinal(failure)) {
            return new Settlement.Dead(reason(failure));
        }
        return new Settlement.Again(reason(failure), true, retry.pauseAfter(delivery.attempt(), random));
    }

    static String reason(Throwable failure) {
        StringBuilder reason = new StringBuilder();
        Throwable link = failure;
        for (int depth = 0; link != null && depth < MAX_CAUSES; depth++) {
            reason.append(depth == 0 ? "" : "; caused by ")
                    .append(link.getClass().getName());
            reason.append(link.getMessage() == null ? "" : ": " + link.getMessage());
            link = link.getCause();
        }
        return reason.length() <= MAX_REASON_LENGTH ? reason.toString() : reason.substring(0, MAX_REASON_LENGTH);
    }
}
