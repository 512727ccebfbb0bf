package io.pledgemq.sdk;

import io.pledgemq.sdk.transport.Decision;
import io.pledgemq.sdk.transport.DecisionResult;
import io.pledgemq.sdk.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends decisions without keeping the sender waiting, and again while the engine does not confirm them. Gives up after
 * {@link #MAX_TRIES}: then the engine asks.
 */
final class Decisions {
    private static final Logger LOG = LoggerFactory.getLogger(Decisions.class);
    private static final int MAX_TRIES = 8;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    private final Transport transport;
    private final String instance;
    private final ConfirmedRows confirmed;
    private final Background background;

    /** @param instance that decides */
    Decisions(Transport transport, String instance, ConfirmedRows confirmed, Background background) {
        this.transport = transport;
        this.instance = instance;
        this.confirmed = confirmed;
        this.background = background;
    }

    /** What this instance says about a prepared message. */
    Decision of(String messageId, String transaction, boolean commit) {
        return new Decision(messageId, transaction, commit, instance);
    }

    void send(List<Decision> decisions) {
        send(decisions, 1);
    }

    private void send(List<Decision> decisions, int attempt) {
        if (!decisions.isEmpty()) {
            transport
                    .decide(decisions)
                    .whenComplete((results, failure) -> settle(decisions, results, failure, attempt));
        }
    }

    private void settle(
            List<Decision> decisions,
            @Nullable List<DecisionResult> results,
            @Nullable Throwable failure,
            int attempt) {
        if (failure != null) {
            LOG.warn("the transport failed to decide: {}", failure.toString());
        }
        List<String> committed = new ArrayList<>();
        List<Decision> open = new ArrayList<>();
        for (int i = 0; i < decisions.size(); i++) {
            Decision decision = decisions.get(i);
            DecisionResult result = results == null ? DecisionResult.NOT_CONFIRMED : results.get(i);
            if (result == DecisionResult.NOT_CONFIRMED) {
                open.add(decision);
            } else if (result == DecisionResult.CONTRARY) {
                LOG.error(
                        "message {}: the local transaction {}, but the engine had the contrary decision before and keeps it; "
                                + "look for a forced decision at the desk",
                        decision.messageId(),
                        decision.commit() ? "committed" : "rolled back");
            } else if (result == DecisionResult.UNKNOWN_TRANSACTION) {
                LOG.warn(
                        "message {}: the engine has forgotten transaction {}; it was decided long ago, or the engine's data "
                                + "were replaced",
                        decision.messageId(),
                        decision.transaction());
            } else if (decision.commit()) {
                committed.add(decision.messageId());
            }
        }
        confirmed.add(committed);
        if (!open.isEmpty()) {
            again(open, attempt);
        }
    }

    private void again(List<Decision> open, int attempt) {
        if (attempt >= MAX_TRIES) {
            LOG.warn(
                    "{} decisions could not be delivered in {} tries; the engine will ask for them",
                    open.size(),
                    attempt);
            return;
        }
        Duration pause = FIRST_PAUSE.multipliedBy(1L << (attempt - 1));
        background.after(pause, "sending decisions again", () -> {
            send(open, attempt + 1);
            return attempt;
        });
    }
}
