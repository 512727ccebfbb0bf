package io.pledgemq.sdk;

import io.pledgemq.sdk.jdbc.BarrierCheck;
import io.pledgemq.sdk.transport.CheckAnswer;
import io.pledgemq.sdk.transport.CheckAnswer.Verdict;
import io.pledgemq.sdk.transport.Decision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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

    private final BarrierCheck check;
    private final Decisions decisions;
    private final Map<String, String> transactions = new ConcurrentHashMap<>();

    OutcomeWatch(BarrierCheck check, Decisions decisions) {
        this.check = check;
        this.decisions = decisions;
    }

    void watch(List<LocalTransaction.Prepared> prepared) {
        for (LocalTransaction.Prepared message : prepared) {
            if (transactions.size() < MAX_WATCHED) {
                transactions.put(message.messageId(), message.transaction());
            } else {
                LOG.warn(
                        "more than {} unknown outcomes; the engine will ask about {}",
                        MAX_WATCHED,
                        message.messageId());
            }
        }
    }

    int size() {
        return transactions.size();
    }

    void checkAll() {
        List<String> ids = transactions.keySet().stream().limit(CHECKED_AT_ONCE).toList();
        if (ids.isEmpty()) {
            return;
        }
        List<Decision> found = new ArrayList<>();
        for (CheckAnswer answer : check.check(ids)) {
            boolean tooOld = answer.detail().equals(CheckAnswer.TOO_OLD);
            if (answer.verdict() == Verdict.UNKNOWN && !tooOld) {
                continue;
            }
            String transaction = transactions.remove(answer.messageId());
            if (transaction != null && !tooOld) {
                found.add(decisions.of(answer.messageId(), transaction, answer.verdict() == Verdict.COMMIT));
            }
        }
        decisions.send(found);
    }
}
