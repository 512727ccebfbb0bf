package io.pledgemq.sdk;

import io.pledgemq.sdk.jdbc.BarrierCheck;
import io.pledgemq.sdk.jdbc.Outbox;
import io.pledgemq.sdk.jdbc.Stamp;
import io.pledgemq.sdk.transport.CheckAnswer;
import io.pledgemq.sdk.transport.CheckAnswer.Verdict;
import io.pledgemq.sdk.transport.Decision;
import io.pledgemq.sdk.transport.OutgoingMessage;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps checking transactions whose outcome is unknown, and sends the decision when the database tells. Forgets with
 * the process, and above {@link #MAX_WATCHED}; the engine asks on its own then.
 */
final class OutcomeWatch {
    static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(OutcomeWatch.class);
    private static final int MAX_WATCHED = 10_000;
    private static final int CHECKED_AT_ONCE = 50;

    /**
     * A message whose fate is not known.
     *
     * @param transaction the engine's handle; null if the message was never prepared, so that it has to go through the
     *     outbox if its row is there
     * @param stamp what the database must have seen before it may say that nothing was committed
     */
    record Watched(OutgoingMessage message, @Nullable String transaction, Stamp stamp) {}

    private final BarrierCheck check;
    private final Outbox outbox;
    private final Decisions decisions;
    private final Map<String, Watched> watched = new ConcurrentHashMap<>();

    OutcomeWatch(BarrierCheck check, Outbox outbox, Decisions decisions) {
        this.check = check;
        this.outbox = outbox;
        this.decisions = decisions;
    }

    void watch(List<Watched> messages) {
        for (Watched message : messages) {
            if (watched.size() < MAX_WATCHED) {
                watched.put(message.message().messageId(), message);
            } else {
                LOG.warn(
                        "more than {} unknown outcomes; the engine will ask about {}",
                        MAX_WATCHED,
                        message.message().messageId());
            }
        }
    }

    int size() {
        return watched.size();
    }

    void checkAll() {
        Map<String, Stamp> stamps = new TreeMap<>();
        watched.forEach((id, message) -> {
            if (stamps.size() < CHECKED_AT_ONCE) {
                stamps.put(id, message.stamp());
            }
        });
        if (stamps.isEmpty()) {
            return;
        }
        List<Decision> found = new ArrayList<>();
        check.check(stamps, answer -> settle(answer, found));
        decisions.send(found);
    }

    private void settle(CheckAnswer answer, List<Decision> found) {
        String id = answer.messageId();
        Watched message = watched.get(id);
        if (message == null) {
            return;
        }
        boolean decided = answer.verdict() == Verdict.COMMIT || answer.verdict() == Verdict.ROLLBACK;
        boolean nothingToDo =
                answer.detail().equals(CheckAnswer.TOO_OLD) || answer.detail().equals(CheckAnswer.IN_OUTBOX);
        if (!decided) {
            if (nothingToDo) {
                watched.remove(id);
            }
            return;
        }
        boolean commit = answer.verdict() == Verdict.COMMIT;
        if (message.transaction() != null) {
            found.add(decisions.of(id, message.transaction(), commit));
        } else if (commit && !isKept(message.message())) {
            return;
        }
        watched.remove(id);
    }

    private boolean isKept(OutgoingMessage message) {
        try {
            outbox.keep(List.of(message));
            return true;
        } catch (SQLException e) {
            LOG.debug("message {} will be put into the outbox later: {}", message.messageId(), e.getMessage());
            return false;
        }
    }
}
