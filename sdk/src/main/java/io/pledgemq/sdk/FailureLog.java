package io.pledgemq.sdk;

import io.pledgemq.sdk.foreign.FailureText;
import io.pledgemq.sdk.foreign.ForeignCode;
import io.pledgemq.sdk.retry.WhenExhausted;
import io.pledgemq.sdk.transport.Delivery;
import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs each failed attempt in one line: the message, the failure with its place, and what happens next. */
final class FailureLog {
    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

    private final String group;
    private final SubscriptionOptions options;

    FailureLog(String group, SubscriptionOptions options) {
        this.group = group;
        this.options = options;
    }

    void failed(Delivery delivery, Throwable failure, Settlement settlement) {
        LOG.warn(
                "group {}, message {}, key '{}', attempt {} of {}: {}{}; {}",
                group,
                delivery.messageId(),
                FailureText.oneLine(delivery.key()),
                delivery.attempt(),
                options.retry().maxAttempts(),
                FailureText.of(failure),
                FailureText.applicationFrame(failure)
                        .map(frame -> " at " + frame)
                        .orElse(""),
                next(delivery, settlement));
        ForeignCode.callOr(false, () -> {
            LOG.debug("the failure in full", failure);
            return true;
        });
    }

    private String next(Delivery delivery, Settlement settlement) {
        if (settlement instanceof Settlement.Again again) {
            if (!again.counted()) {
                return "comes again in " + seconds(again.delay()) + ", and this attempt does not count";
            } else if (delivery.attempt() < options.retry().maxAttempts()) {
                return "comes again in " + seconds(again.delay());
            }
            return "that was the last attempt, so it becomes a dead letter" + afterwards()
                    + ", unless an operator gave the group more";
        }
        return "it becomes a dead letter at once" + afterwards();
    }

    private String afterwards() {
        return options.whenExhausted() == WhenExhausted.COMPENSATE ? " and is compensated" : "";
    }

    private static String seconds(Duration pause) {
        return String.format(Locale.ROOT, "%.1f s", pause.toMillis() / 1_000.0);
    }
}
