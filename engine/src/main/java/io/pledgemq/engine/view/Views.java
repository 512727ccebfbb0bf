package io.pledgemq.engine.view;

import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.state.Deliveries;
import io.pledgemq.engine.state.Pending;
import io.pledgemq.engine.state.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;

/**
 * Reads the state for people. Runs on the writer's thread, so each call reads a bounded number of rows; another thread
 * reads the bodies later.
 */
public final class Views {
    /** Rows read for one page; a page may be shorter than the limit and still have a next one. */
    static final int ROWS_PER_PAGE = 100_000;

    private Views() {}

    public static List<TopicView> topics(State state) {
        return state.topics().values().stream().map(TopicView::of).toList();
    }

    /** A row of {@link Pending}, copied. */
    public record PendingRow(
            int slot, long transactionId, long position, int state, int checks, long storedAtMs, long dueInMs) {}

    /** Undecided and parked half messages from a cursor on. */
    public static Page<PendingRow> undecided(State state, int cursor, int limit) {
        Pending pending = state.pending();
        List<PendingRow> rows = new ArrayList<>();
        int end = (int) Math.min(pending.end(), (long) cursor + ROWS_PER_PAGE);
        int slot = cursor;
        for (; slot < end && rows.size() < limit; slot++) {
            int mode = pending.state(slot);
            if (mode == Pending.UNDECIDED || mode == Pending.PARKED) {
                rows.add(row(state, slot));
            }
        }
        return new Page<>(rows, slot < pending.end() ? slot : -1);
    }

    /** The undecided or parked half message with this id; empty if there is none. */
    public static Optional<PendingRow> undecided(State state, MessageId id) {
        Pending pending = state.pending();
        int slot = pending.find(id.high(), id.low());
        boolean undecided = slot >= 0 && pending.isUndecided(slot);
        return undecided ? Optional.of(row(state, slot)) : Optional.empty();
    }

    private static PendingRow row(State state, int slot) {
        Pending pending = state.pending();
        int mode = pending.state(slot);
        long dueInMs = mode == Pending.PARKED ? 0 : Math.max(0, pending.due(slot) - state.engineMs());
        return new PendingRow(
                slot,
                pending.transactionId(slot),
                pending.position(slot),
                mode,
                pending.checks(slot),
                pending.storedAtMs(slot),
                dueInMs);
    }

    /** A row of {@link Deliveries}, copied. */
    public record DeliveryRow(
            int slot,
            long position,
            String group,
            int state,
            int kind,
            int attempts,
            int revision,
            long changedAtMs,
            long failure) {}

    /**
     * Dead letters from a cursor on: open ones, and those that are being redriven or compensated.
     *
     * @param groupName of one group only, or empty
     * @param positions which positions of messages are wanted
     */
    public static Page<DeliveryRow> deadLetters(
            State state, String groupName, LongPredicate positions, int cursor, int limit) {
        Deliveries deliveries = state.deliveries();
        List<DeliveryRow> rows = new ArrayList<>();
        int end = (int) Math.min(deliveries.end(), (long) cursor + ROWS_PER_PAGE);
        int slot = cursor;
        for (; slot < end && rows.size() < limit; slot++) {
            if (isDeadLetter(deliveries, slot) && positions.test(deliveries.position(slot))) {
                String group = state.subscription(deliveries.subscription(slot)).group();
                if (groupName.isEmpty() || groupName.equals(group)) {
                    rows.add(row(deliveries, slot, group));
                }
            }
        }
        return new Page<>(rows, slot < deliveries.end() ? slot : -1);
    }

    private static boolean isDeadLetter(Deliveries deliveries, int slot) {
        int mode = deliveries.state(slot);
        return mode == Deliveries.DEAD
                || (mode != Deliveries.FREE
                        && (deliveries.kind(slot) == Deliveries.COMPENSATE || deliveries.revision(slot) > 0));
    }

    private static DeliveryRow row(Deliveries deliveries, int slot, String group) {
        return new DeliveryRow(
                slot,
                deliveries.position(slot),
                group,
                deliveries.state(slot),
                deliveries.kind(slot),
                deliveries.attempts(slot),
                deliveries.revision(slot),
                deliveries.changedAtMs(slot),
                deliveries.failure(slot));
    }
}
