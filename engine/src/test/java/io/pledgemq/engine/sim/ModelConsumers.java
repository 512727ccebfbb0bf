package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Delivery;
import io.pledgemq.engine.command.DeliveryKind;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.OnExhausted;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Receipt;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.RetryPolicy;
import io.pledgemq.engine.state.Deliveries;
import io.pledgemq.engine.writer.Receive;
import org.jspecify.annotations.Nullable;

/**
 * The receiving side: leased to one at a time, attempts counted, dead after exactly the maximum, in order within a
 * message group.
 */
final class ModelConsumers {
    static final String LEASE_RAN_OUT = "the lease ran out: the consumer neither acknowledged nor failed in time";

    private final Model model;

    ModelConsumers(Model model) {
        this.model = model;
    }

    private record Found(ModelSubscription subscription, ModelRow row) {}

    private @Nullable Found find(int slot, long position) {
        for (ModelGroup group : model.groups.values()) {
            for (ModelSubscription subscription : group.subscriptions.values()) {
                ModelRow row = subscription.rows.get(slot);
                if (row != null && row.position == position) {
                    return new Found(subscription, row);
                }
            }
        }
        return null;
    }

    private @Nullable Found find(Receipt receipt) {
        Found found = find(receipt.slot(), receipt.position());
        return found != null
                        && found.row.nonce == receipt.nonce()
                        && (found.row.uncertain || found.row.state != Deliveries.DEAD)
                ? found
                : null;
    }

    /** Leases whose time is over. */
    void expire() {
        for (ModelGroup group : model.groups.values()) {
            for (ModelSubscription subscription : group.subscriptions.values()) {
                for (ModelRow row : subscription.rows.values()) {
                    if (row.state == Deliveries.LEASED && row.due <= model.now) {
                        row.reason = LEASE_RAN_OUT;
                        row.uncertain = model.full;
                        if (row.uncertain) {
                            model.deadLettersOf(group)
                                    .doubtful
                                    .add(new ModelEntry(row.origin, row.message, row.position));
                        }
                        failed(subscription, row, false, row.promptRetry ? 0 : ModelRow.BY_POLICY);
                    }
                }
            }
        }
    }

    /** Returns whether it is dead now. */
    private boolean failed(ModelSubscription subscription, ModelRow row, boolean terminal, long pauseMs) {
        GroupConfig config = subscription.group.config;
        boolean dead = terminal || (row.kind == Deliveries.MESSAGE && row.attempts >= config.maxAttempts());
        row.waitingSince = model.now;
        row.policy = config.retry();
        if (!dead) {
            row.state = Deliveries.WAITING;
            row.due = pauseMs < 0 ? ModelRow.BY_POLICY : model.now + pauseMs;
            return false;
        }
        row.state = Deliveries.DEAD;
        ModelTopic deadLetters = model.deadLettersOf(subscription.group);
        if (deadLetters != subscription.topic && !row.uncertain) {
            deadLetters.died.add(new ModelEntry(row.origin, row.message, row.position));
        }
        row.ordered = row.ordered && config.deadLetterBlocks();
        if (config.onExhausted() == OnExhausted.COMPENSATE && row.kind == Deliveries.MESSAGE) {
            compensate(row);
        }
        return true;
    }

    private void compensate(ModelRow row) {
        row.state = Deliveries.WAITING;
        row.kind = Deliveries.COMPENSATE;
        row.nonce = row.uncertain ? row.nonce : ModelRow.NO_RECEIPT;
        row.attempts = 0;
        row.due = model.now;
    }

    /** A pause after the given attempt that the group's policy may have chosen. */
    static boolean isPause(RetryPolicy policy, int attempts, long pauseMs) {
        long base = policy.baseDelayMs(Math.max(1, attempts));
        long span = base / 100 * policy.jitterPercent();
        return pauseMs >= base - span && pauseMs <= base + span;
    }

    void answered(Op op, Outcome outcome) {
        Command command = op.requireCommand();
        if (command instanceof Command.Ack ack) {
            Found found = find(ack.receipt());
            if (found == null) {
                Model.refused(op, outcome, Refusal.LEASE_EXPIRED, "no such lease");
                return;
            }
            if (found.row.uncertain && !(outcome instanceof Outcome.Done)) {
                return;
            }
            Model.expect(outcome instanceof Outcome.Done, op, found.row);
            found.subscription.rows.remove(found.row.slot);
        } else if (command instanceof Command.Fail fail) {
            failed(op, fail, outcome);
        } else if (command instanceof Command.ExtendLease extend) {
            Found found = find(extend.receipt());
            if (found != null && found.row.uncertain) {
                return;
            }
            if (found == null || found.row.state != Deliveries.LEASED) {
                Model.refused(op, outcome, Refusal.LEASE_EXPIRED, found);
                return;
            }
            Model.expect(outcome instanceof Outcome.Done, op, found.row);
            found.row.due = model.now + extend.leaseMs();
        } else if (command instanceof Command.SettleDead settle) {
            settled(op, settle, outcome);
        }
    }

    private void failed(Op op, Command.Fail fail, Outcome outcome) {
        Found found = find(fail.receipt());
        if (found == null) {
            Model.refused(op, outcome, Refusal.LEASE_EXPIRED, "no such lease");
            return;
        }
        ModelRow row = found.row;
        if (row.uncertain) {
            row.reason = null;
            return;
        }
        if (!(outcome instanceof Outcome.Failed answer)) {
            throw new Violation(op + ", but the model has " + row);
        }
        if (row.state == Deliveries.WAITING) {
            // The lease ran out before: that failure was counted, and this one changes nothing unless it is terminal.
            Model.expect(answer.dead() == fail.terminal(), op, row);
            if (fail.terminal()) {
                row.reason = fail.reason();
                failed(found.subscription, row, true, 0);
            }
            return;
        }
        if (!fail.counted()) {
            row.attempts--;
        }
        row.reason = fail.reason();
        int attempts = row.attempts;
        boolean dead = failed(found.subscription, row, fail.terminal(), answer.nextAttemptInMs());
        Model.expect(answer.dead() == dead, op, row);
        boolean pause = fail.delayMs() >= 0
                ? answer.nextAttemptInMs() == fail.delayMs()
                : isPause(found.subscription.group.config.retry(), attempts, answer.nextAttemptInMs());
        Model.expect(dead || pause, op, row);
    }

    private void settled(Op op, Command.SettleDead settle, Outcome outcome) {
        Found found = find(settle.slot(), settle.position());
        if (found != null && found.row.uncertain && !(outcome instanceof Outcome.Done)) {
            return;
        }
        boolean closes = settle.action() == Command.SettleDead.Action.CLOSE_COMPENSATION;
        boolean takes = found != null
                && (closes
                        ? found.row.kind == Deliveries.COMPENSATE && found.row.state == Deliveries.WAITING
                        : found.row.state == Deliveries.DEAD);
        if (found == null || !takes) {
            Model.refused(op, outcome, Refusal.NOT_OPEN, found);
            return;
        }
        ModelRow row = found.row;
        Model.expect(outcome instanceof Outcome.Done, op, row);
        switch (settle.action()) {
            case SKIP, CLOSE_COMPENSATION -> found.subscription.rows.remove(row.slot);
            case COMPENSATE -> compensate(row);
            case RETRY, RETRY_EVEN_IF_OLD -> {
                row.state = Deliveries.WAITING;
                row.kind = Deliveries.MESSAGE;
                row.nonce = ModelRow.NO_RECEIPT;
                row.attempts = 0;
                row.revision++;
                row.due = model.now;
                if (settle.edited() != null) {
                    row.message = settle.edited();
                    row.edited = true;
                    row.reason = "edited and delivered again by " + settle.by().name();
                }
            }
        }
    }

    void received(Receive receive, Outcome outcome) {
        ModelSubscription subscription = model.subscription(receive.group(), receive.topic());
        if (!(outcome instanceof Outcome.Received received)) {
            return;
        }
        Violation.check(received.deliveries().size() <= receive.max(), "more than asked for: %s", outcome);
        for (Delivery delivery : received.deliveries()) {
            if (subscription == null) {
                throw new Violation("delivered without a subscription: " + delivery);
            }
            Violation.check(!subscription.group.paused, "delivered to a paused group: %s", delivery);
            leased(subscription, receive, delivery);
        }
    }

    private void leased(ModelSubscription subscription, Receive receive, Delivery delivery) {
        Receipt receipt = delivery.receipt();
        ModelRow row = subscription.rows.get(receipt.slot());
        if (row == null) {
            row = fresh(subscription, receive, delivery);
        }
        if (row.edited && receipt.position() > row.position) {
            // Edited and leased in one turn: the lease shows the new position first.
            row.position = receipt.position();
            row.edited = false;
            model.known(new ModelEntry(row.origin, row.message, row.position));
        }
        Violation.check(
                delivery.topic().equals(subscription.topic.config.name()),
                "%s is said to come from %s",
                subscription,
                delivery.topic());
        Violation.check(
                row.position == receipt.position() && row.state == Deliveries.WAITING && row.due <= model.now,
                "%s leased at %d as %s, but the model has %s",
                subscription,
                model.now,
                delivery.receipt(),
                row);
        ModelRow before =
                row.revision == 0 && row.kind == Deliveries.MESSAGE ? subscription.predecessor(row.origin) : null;
        Violation.check(before == null || !row.ordered, "%s leased before its predecessor %s", row, before);
        Violation.check(model.nonces.add(receipt.nonce()), "the nonce of %s was used before", receipt);
        row.attempts++;
        row.state = Deliveries.LEASED;
        row.nonce = receipt.nonce();
        row.due = model.now + receive.terms().ms();
        row.promptRetry = receive.terms().promptRetry();
        boolean compensate = delivery.kind() == DeliveryKind.COMPENSATE;
        Violation.check(
                delivery.attempt() == row.attempts
                        && delivery.revision() == row.revision
                        && compensate == (row.kind == Deliveries.COMPENSATE)
                        && (row.reason == null || delivery.reason().equals(compensate ? row.reason : "")),
                "%s, but the model has %s because of '%s'",
                delivery,
                row,
                row.reason);
        Violation.check(
                ModelMessage.same(delivery.message(), row.message), "altered: %s of %s", delivery.message(), row);
    }

    private ModelRow fresh(ModelSubscription subscription, Receive receive, Delivery delivery) {
        ModelMessage message = model.message(delivery.message());
        Violation.check(
                message.status == ModelMessage.Status.VISIBLE,
                "%s got what is not committed: %s",
                subscription,
                message);
        Violation.check(
                message.message.deliverAtMs() <= model.highestWall,
                "delivered at %d before its time: %s",
                model.highestWall,
                message);
        long offset = subscription.topic.holdsDeadLetters()
                ? deadLetter(subscription, delivery.receipt().position())
                : message.offset;
        boolean seen = isSeen(subscription, offset);
        Violation.check(
                offset >= subscription.next && !seen,
                "%s got again what it has settled or leased: %s",
                subscription,
                message);
        Violation.check(
                receive.filter() == null || receive.filter().accepts(message.message),
                "the filter does not want %s",
                message);
        ModelRow row =
                new ModelRow(subscription.topic, offset, delivery.receipt().slot());
        row.due = model.now;
        subscription.rows.put(row.slot, row);
        return row;
    }

    /**
     * Whether it was leased since the cursor passed it; a dead or redriven message may be delivered again after a
     * rewind.
     */
    private static boolean isSeen(ModelSubscription subscription, long offset) {
        return subscription.rows.values().stream()
                .anyMatch(row -> row.offset == offset
                        && row.offset >= subscription.next
                        && row.attempts > 0
                        && row.revision == 0
                        && row.kind == Deliveries.MESSAGE
                        && row.state != Deliveries.DEAD);
    }

    /** Offset of the dead letter that is meant, since a message may have died more than once; -1 if there is none. */
    private static long deadLetter(ModelSubscription subscription, long position) {
        ModelTopic topic = subscription.topic;
        for (long offset = subscription.next; offset < topic.end(); offset++) {
            if (topic.at(offset).position == position && !isSeen(subscription, offset)) {
                return offset;
            }
        }
        return -1;
    }
}
