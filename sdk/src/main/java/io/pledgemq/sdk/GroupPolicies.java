package io.pledgemq.sdk;

import io.pledgemq.sdk.errors.IllegalUseException;
import io.pledgemq.sdk.retry.RetryPolicy;
import io.pledgemq.sdk.retry.WhenExhausted;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The policy of each consumer group that this process subscribes. The engine keeps one policy for a group, whatever its
 * topics are, so with two that differ the later would silently win. Safe for use by many threads.
 */
final class GroupPolicies {
    private static final int PAUSES_SHOWN = 5;

    /** What the engine keeps of a subscription's options. */
    private record Policy(int attempts, List<Duration> pauses, double jitter, WhenExhausted whenExhausted) {
        static Policy of(SubscriptionOptions options) {
            RetryPolicy retry = options.retry();
            return new Policy(retry.maxAttempts(), retry.pauses(), retry.jitter(), options.whenExhausted());
        }

        @Override
        public String toString() {
            String shown =
                    pauses.stream().limit(PAUSES_SHOWN).map(Duration::toString).collect(Collectors.joining(", "));
            String rest = pauses.size() > PAUSES_SHOWN ? " ... " + pauses.get(pauses.size() - 1) : "";
            return attempts + " attempts, pauses " + shown + rest + ", jitter " + jitter + ", then " + whenExhausted;
        }
    }

    private static final class Use {
        final Policy policy;
        final String topic;
        int subscriptions;

        Use(Policy policy, String topic) {
            this.policy = policy;
            this.topic = topic;
        }
    }

    private final Map<String, Use> uses = new HashMap<>();

    /**
     * Admits a subscription until {@link #leave}.
     *
     * @throws IllegalUseException if the group has another policy on the topics that it reads already
     */
    synchronized void enter(String group, String topic, SubscriptionOptions options) {
        Policy wanted = Policy.of(options);
        Use use = uses.computeIfAbsent(group, name -> new Use(wanted, topic));
        if (!use.policy.equals(wanted)) {
            throw new IllegalUseException("expected one policy for consumer group " + group + ", actual two: on topic "
                    + use.topic + " " + use.policy + "; on topic " + topic + " " + wanted
                    + ". Subscribe with the same one, or use another group");
        }
        use.subscriptions++;
    }

    synchronized void leave(String group) {
        uses.computeIfPresent(group, (name, use) -> --use.subscriptions == 0 ? null : use);
    }
}
