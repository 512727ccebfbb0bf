package io.pledgemq.engine.state;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.LeaseTerms;
import io.pledgemq.engine.command.OnExhausted;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Receipt;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.RetryPolicy;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The rules for leases, acknowledgements, failures and dead letters. An attempt counts from its lease, which is durable
 * before the handler runs.
 */
final class DeliveryRules {
    private final State state;

    DeliveryRules(State state) {
        this.state = state;
    }

    Outcome apply(Command.Lease command, Effects effects) {
        Subscription subscription = state.subscription(command.subscription());
        Topic topic = state.topic(subscription.topic());
        byte[] fates = command.fates();
        Invariant.check(subscription.next == command.firstOffset(), "cursor", command.firstOffset(), subscription.next);
        int[] leased = new int[fates.length + command.again().length];
        int count = 0;
        for (int i = 0; i < fates.length; i++) {
            long offset = command.firstOffset() + i;
            long position = command.positions()[i];
            Invariant.check(
                    topic.position(offset) == position,
                    "position of a leased message",
                    topic.position(offset),
                    position);
            if (fates[i] == Command.Lease.SKIPPED) {
                subscription.skipped++;
                continue;
            }
            state.segments.hold(position);
            int slot = state.deliveries.add(subscription.id(), position, offset, topic.messageGroup(offset));
            if (fates[i] == Command.Lease.HELD) {
                hold(subscription, slot, effects);
            } else {
                state.deliveries.mode(slot, Deliveries.FREE, Deliveries.MESSAGE, 0, 0);
                lease(subscription, slot, command.terms(), effects);
                leased[count++] = slot;
            }
        }
        subscription.next += fates.length;
        for (int slot : command.again()) {
            Invariant.check(
                    state.deliveries.state(slot) == Deliveries.WAITING,
                    "leased again was waiting",
                    Deliveries.WAITING,
                    slot);
            leave(subscription, Deliveries.WAITING);
            lease(subscription, slot, command.terms(), effects);
            leased[count++] = slot;
        }
        return new Outcome.Leased(Arrays.copyOf(leased, count));
    }

    private void hold(Subscription subscription, int slot, Effects effects) {
        Deliveries deliveries = state.deliveries;
        deliveries.mode(slot, Deliveries.WAITING, Deliveries.MESSAGE, 0, 0);
        deliveries.due(slot, state.engineMs);
        deliveries.changedAtMs(slot, state.wallMs);
        subscription.waiting++;
        effects.waiting(slot);
    }

    private void lease(Subscription subscription, int slot, LeaseTerms terms, Effects effects) {
        Deliveries deliveries = state.deliveries;
        int attempts = deliveries.attempts(slot) + 1;
        deliveries.mode(slot, Deliveries.LEASED, deliveries.kind(slot), attempts, deliveries.revision(slot));
        deliveries.due(slot, state.engineMs + bounded(terms.ms()));
        deliveries.promptRetry(slot, terms.promptRetry());
        deliveries.nonce(slot, deliveries.nextNonce());
        deliveries.changedAtMs(slot, state.wallMs);
        subscription.leased++;
        subscription.delivered++;
        state.chose((long) slot << 16 | attempts);
        effects.leased(slot);
    }

    /** Nothing waits longer than the longest delay. */
    private static long bounded(long ms) {
        return Math.min(ms, RetryPolicy.MAX_DELAY_MS);
    }

    /** Takes one delivery out of the subscription's counters. */
    static void leave(Subscription subscription, int deliveryState) {
        switch (deliveryState) {
            case Deliveries.LEASED -> subscription.leased--;
            case Deliveries.WAITING -> subscription.waiting--;
            case Deliveries.DEAD -> subscription.dead--;
            default -> throw new Invariant.Broken("no counter for delivery state " + deliveryState);
        }
    }

    /**
     * An acknowledgement or a failure is valid for the newest lease only, even after that ran out, as long as no newer
     * lease exists.
     */
    @Nullable
    Outcome answer(Receipt receipt) {
        Deliveries deliveries = state.deliveries;
        int slot = receipt.slot();
        boolean valid = deliveries.holds(slot, receipt.position())
                && deliveries.nonce(slot) == receipt.nonce()
                && (deliveries.state(slot) == Deliveries.LEASED || deliveries.state(slot) == Deliveries.WAITING);
        return valid ? null : expired(receipt);
    }

    private static Outcome.Refused expired(Receipt receipt) {
        return new Outcome.Refused(
                Refusal.LEASE_EXPIRED,
                "the lease of the message at " + receipt.position()
                        + " is over: it was settled, leased again or became a dead letter; the newest lease decides");
    }

    Outcome apply(Command.Ack command, Effects effects) {
        int slot = command.receipt().slot();
        state.subscription(state.deliveries.subscription(slot)).acked++;
        settle(slot, effects);
        return Outcome.DONE;
    }

    /** Ends a delivery for good. */
    void settle(int slot, Effects effects) {
        Deliveries deliveries = state.deliveries;
        Subscription subscription = state.subscription(deliveries.subscription(slot));
        effects.settled(slot);
        leave(subscription, deliveries.state(slot));
        state.segments.release(deliveries.position(slot));
        deliveries.remove(slot);
    }

    Outcome apply(long position, Command.Fail command, Effects effects) {
        int slot = command.receipt().slot();
        Deliveries deliveries = state.deliveries;
        if (deliveries.state(slot) == Deliveries.WAITING) {
            // The lease ran out before the handler reported the failure, so that one is counted already.
            return command.terminal()
                    ? giveUp(position, slot, effects)
                    : new Outcome.Failed(false, Math.max(0, deliveries.due(slot) - state.engineMs));
        }
        if (!command.counted()) {
            int attempts = Math.max(0, deliveries.attempts(slot) - 1);
            deliveries.mode(slot, Deliveries.LEASED, deliveries.kind(slot), attempts, deliveries.revision(slot));
        }
        return fail(position, slot, command.terminal(), command.delayMs(), effects);
    }

    /** The delivery waits for its next attempt, and its handler now reports that no attempt can succeed. */
    private Outcome giveUp(long position, int slot, Effects effects) {
        Deliveries deliveries = state.deliveries;
        Subscription subscription = state.subscription(deliveries.subscription(slot));
        leave(subscription, Deliveries.WAITING);
        deliveries.failure(slot, position);
        deliveries.changedAtMs(slot, state.wallMs);
        die(subscription, slot, configOf(subscription), effects);
        return new Outcome.Failed(true, 0);
    }

    @Nullable
    Outcome answer(Command.ExtendLease command) {
        Outcome expired = answer(command.receipt());
        if (expired != null) {
            return expired;
        }
        return state.deliveries.state(command.receipt().slot()) == Deliveries.LEASED
                ? null
                : expired(command.receipt());
    }

    Outcome apply(Command.ExtendLease command, Effects effects) {
        int slot = command.receipt().slot();
        state.deliveries.due(slot, state.engineMs + bounded(command.leaseMs()));
        effects.leased(slot);
        return Outcome.DONE;
    }

    @Nullable
    Outcome answer(Command.ExpireLease command) {
        Deliveries deliveries = state.deliveries;
        int slot = command.slot();
        boolean over = deliveries.holds(slot, command.position())
                && deliveries.nonce(slot) == command.nonce()
                && deliveries.state(slot) == Deliveries.LEASED
                && deliveries.due(slot) <= state.engineMs;
        return over ? null : Outcome.DONE;
    }

    Outcome apply(long position, Command.ExpireLease command, Effects effects) {
        long pause = state.deliveries.promptRetry(command.slot()) ? 0 : -1;
        return fail(position, command.slot(), false, pause, effects);
    }

    private Outcome fail(long position, int slot, boolean terminal, long delayMs, Effects effects) {
        Deliveries deliveries = state.deliveries;
        Subscription subscription = state.subscription(deliveries.subscription(slot));
        GroupConfig config = configOf(subscription);
        int attempts = deliveries.attempts(slot);
        leave(subscription, Deliveries.LEASED);
        subscription.failed++;
        deliveries.failure(slot, position);
        deliveries.changedAtMs(slot, state.wallMs);
        boolean compensating = deliveries.kind(slot) == Deliveries.COMPENSATE;
        // A compensation is tried for ever, unless its receiver reports that it cannot succeed: then a person decides.
        if (terminal || (!compensating && attempts >= config.maxAttempts())) {
            die(subscription, slot, config, effects);
            return new Outcome.Failed(true, 0);
        }
        if (compensating) {
            effects.compensationFailed(slot);
        }
        long seed = deliveries.position(slot) * 31 + subscription.id();
        long pause = delayMs >= 0 ? bounded(delayMs) : config.retry().delayMs(Math.max(1, attempts), seed);
        deliveries.state(slot, Deliveries.WAITING);
        deliveries.due(slot, state.engineMs + pause);
        subscription.waiting++;
        state.chose(pause);
        effects.waiting(slot);
        return new Outcome.Failed(false, pause);
    }

    private GroupConfig configOf(Subscription subscription) {
        Group group = state.groups.get(subscription.group());
        if (group == null) {
            throw new Invariant.Broken("group of subscription exists: " + subscription.group());
        }
        return group.config();
    }

    private void die(Subscription subscription, int slot, GroupConfig config, Effects effects) {
        Deliveries deliveries = state.deliveries;
        deliveries.state(slot, Deliveries.DEAD);
        subscription.dead++;
        subscription.deadTotal++;
        effects.dead(slot);
        publish(subscription, deliveries.position(slot), effects);
        if (!config.deadLetterBlocks()) {
            // It leaves the order of its message group: it holds up no message, and a redrive waits for none.
            deliveries.messageGroup(slot, 0);
        }
        if (config.onExhausted() == OnExhausted.COMPENSATE && deliveries.kind(slot) == Deliveries.MESSAGE) {
            compensate(subscription, slot, effects);
        }
    }

    /**
     * Publishes the message to the topic of its group's dead letters. If it came from that topic it is not published
     * there again, which would never end.
     */
    private void publish(Subscription subscription, long position, Effects effects) {
        Topic deadLetters = state.deadLettersOf(subscription.group());
        if (deadLetters.id() != subscription.topic()) {
            state.segments.hold(position);
            state.publish(deadLetters, position, 0, effects);
        }
    }

    /** Turns an open dead letter into a delivery that orders its group to compensate it. */
    void compensate(Subscription subscription, int slot, Effects effects) {
        Deliveries deliveries = state.deliveries;
        leave(subscription, Deliveries.DEAD);
        voidReceipts(slot);
        deliveries.mode(slot, Deliveries.WAITING, Deliveries.COMPENSATE, 0, deliveries.revision(slot));
        deliveries.due(slot, state.engineMs);
        deliveries.changedAtMs(slot, state.wallMs);
        subscription.waiting++;
        effects.waiting(slot);
    }

    /** Voids the receipt of the last lease, so that its holder cannot settle the redrive or the compensation. */
    private void voidReceipts(int slot) {
        state.deliveries.nonce(slot, state.deliveries.nextNonce());
    }

    /**
     * Delivers an open dead letter again, as a new revision.
     *
     * @param evenIfOld apply it even if the receiver may have forgotten that it did so before
     */
    void redrive(Subscription subscription, int slot, boolean evenIfOld, Effects effects) {
        Deliveries deliveries = state.deliveries;
        leave(subscription, Deliveries.DEAD);
        deliveries.evenIfOld(slot, evenIfOld);
        voidReceipts(slot);
        deliveries.mode(slot, Deliveries.WAITING, Deliveries.MESSAGE, 0, deliveries.revision(slot) + 1);
        deliveries.due(slot, state.engineMs);
        deliveries.changedAtMs(slot, state.wallMs);
        subscription.waiting++;
        effects.waiting(slot);
    }
}
