package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.LeaseTerms;
import io.pledgemq.engine.command.MessageFilter;
import io.pledgemq.engine.command.Outcome;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A request for messages.
 *
 * @param client name of the receiver, for the history
 * @param max most messages in the answer
 * @param waitMs how long to wait for the first one
 * @param terms of their leases
 * @param wholeGroups true: several messages of a message group at once
 * @param filter what to accept, or null for all
 */
public record Receive(
        String group,
        String topic,
        String client,
        int max,
        long waitMs,
        LeaseTerms terms,
        boolean wholeGroups,
        @Nullable MessageFilter filter,
        CompletableFuture<Outcome> answer) {}
