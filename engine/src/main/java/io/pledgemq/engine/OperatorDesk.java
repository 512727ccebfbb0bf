package io.pledgemq.engine;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Command.SettleDead;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.index.LogIndex;
import io.pledgemq.engine.state.Deliveries;
import io.pledgemq.engine.state.Group;
import io.pledgemq.engine.state.Pending;
import io.pledgemq.engine.view.DeadLetterView;
import io.pledgemq.engine.view.EngineStats;
import io.pledgemq.engine.view.FindRequest;
import io.pledgemq.engine.view.FoundMessages;
import io.pledgemq.engine.view.GroupView;
import io.pledgemq.engine.view.History;
import io.pledgemq.engine.view.HistoryEvent;
import io.pledgemq.engine.view.MessageFinder;
import io.pledgemq.engine.view.MessagePositions;
import io.pledgemq.engine.view.Page;
import io.pledgemq.engine.view.StatsCollector;
import io.pledgemq.engine.view.TopicView;
import io.pledgemq.engine.view.UndecidedView;
import io.pledgemq.engine.view.Views;
import io.pledgemq.engine.writer.Messages;
import io.pledgemq.engine.writer.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongPredicate;

/**
 * What operators can see and do. Lists come page by page; every action records who did it and why. Safe for all
 * threads.
 *
 * <p>Methods that return a future return at once. The others wait for a turn of the writer and then read the disk: call
 * them on a thread that may wait, never in a continuation of one of the engine's futures.
 */
public final class OperatorDesk {
    private static final int DEAD_LETTERS_AT_ONCE = 500;

    private final Writer writer;
    private final LogIndex index;

    OperatorDesk(Writer writer, LogIndex index) {
        this.writer = writer;
        this.index = index;
    }

    /**
     * Counters of everything: topics, groups with their subscriptions, half messages. Uses the writer's time in small
     * pieces, so with a million unsettled rows the counters are not quite of one moment.
     */
    public CompletableFuture<EngineStats> stats() {
        return StatsCollector.of(writer);
    }

    /** All topics by name, those of dead letters included. */
    public CompletableFuture<List<TopicView>> topics() {
        return writer.ask(Views::topics);
    }

    /** All groups by name, with their configuration, their subscriptions and their leases. */
    public CompletableFuture<List<GroupView>> groups() {
        return stats().thenApply(EngineStats::groups);
    }

    /** One group; empty if there is no such group. */
    public CompletableFuture<Optional<GroupView>> group(String name) {
        return groups().thenApply(groups -> groups.stream()
                .filter(group -> group.config().name().equals(name))
                .findFirst());
    }

    /** Number of leased deliveries by group; groups without any are left out. */
    public CompletableFuture<Map<String, Integer>> leased() {
        return writer.ask(state -> {
            Map<String, Integer> leased = new TreeMap<>();
            for (Group group : state.groups().values()) {
                int sum = 0;
                for (int id : group.subscriptions()) {
                    sum += state.subscription(id).leased();
                }
                if (sum > 0) {
                    leased.put(group.config().name(), sum);
                }
            }
            return leased;
        });
    }

    /** How a consumer group is configured now; empty if there is no such group. */
    public CompletableFuture<Optional<GroupConfig>> groupConfig(String group) {
        return writer.ask(
                state -> Optional.ofNullable(state.groups().get(group)).map(found -> found.config()));
    }

    /**
     * Undecided half messages, parked ones included.
     *
     * @param cursor 0, or {@link Page#next} of the page before
     */
    public Page<UndecidedView> undecided(int cursor, int limit) {
        Page<Views.PendingRow> rows =
                writer.ask(state -> Views.undecided(state, cursor, limit)).join();
        return new Page<>(rows.items().stream().map(this::view).toList(), rows.next());
    }

    /** The undecided half message with this id; empty if there is none. Waits, as {@link #history} does. */
    public Optional<UndecidedView> undecided(MessageId id) {
        return writer.ask(state -> Views.undecided(state, id)).join().map(this::view);
    }

    private UndecidedView view(Views.PendingRow row) {
        return new UndecidedView(
                row.transactionId(),
                writer.messages().at(row.position()),
                row.state() == Pending.PARKED,
                row.checks(),
                row.storedAtMs(),
                row.dueInMs());
    }

    /**
     * Dead letters, with those that are being redriven or compensated.
     *
     * @param group of one group only, or empty for all
     * @param cursor 0, or {@link Page#next} of the page before
     */
    public Page<DeadLetterView> deadLetters(String group, int cursor, int limit) {
        return deadLetters(group, position -> true, cursor, limit);
    }

    private Page<DeadLetterView> deadLetters(String group, LongPredicate positions, int cursor, int limit) {
        Page<Views.DeliveryRow> rows = writer.ask(state -> Views.deadLetters(state, group, positions, cursor, limit))
                .join();
        return new Page<>(rows.items().stream().map(this::view).toList(), rows.next());
    }

    /**
     * The dead letters of these messages, of one group or of all. Finds them by the index and reads no others from the
     * disk.
     *
     * @param group of one group only, or empty for all
     * @param ids of messages; those without a dead letter are left out
     * @throws io.pledgemq.engine.log.LogException if the log does not verify where it is read
     */
    public List<DeadLetterView> deadLettersOf(String group, Collection<MessageId> ids) {
        Set<Long> positions = new HashSet<>();
        List<DeadLetterView> found;
        long end = writer.log().durablePosition();
        Set<Long> newPositions = MessagePositions.of(index, ids, 0, Long.MAX_VALUE);
        do {
            positions.addAll(newPositions);
            found = deadLettersAt(group, positions);
            // Only the newest frames have the positions of messages that were carried forward meanwhile.
            newPositions = MessagePositions.of(index, ids, end, Long.MAX_VALUE);
        } while (!positions.containsAll(newPositions));
        return found;
    }

    private List<DeadLetterView> deadLettersAt(String group, Set<Long> positions) {
        long[] sorted = positions.stream().mapToLong(Long::longValue).sorted().toArray();
        List<DeadLetterView> found = new ArrayList<>();
        for (int cursor = 0; cursor >= 0 && sorted.length > 0; ) {
            Page<DeadLetterView> page = deadLetters(
                    group, position -> Arrays.binarySearch(sorted, position) >= 0, cursor, DEAD_LETTERS_AT_ONCE);
            found.addAll(page.items());
            cursor = page.next();
        }
        return found;
    }

    private DeadLetterView view(Views.DeliveryRow row) {
        DeadLetterView.Status status = DeadLetterView.Status.REDRIVING;
        if (row.state() == Deliveries.DEAD) {
            status = DeadLetterView.Status.OPEN;
        } else if (row.kind() == Deliveries.COMPENSATE) {
            status = DeadLetterView.Status.COMPENSATING;
        }
        Messages messages = writer.messages();
        return new DeadLetterView(
                row.slot(),
                row.position(),
                row.group(),
                messages.at(row.position()),
                status,
                row.attempts(),
                row.revision(),
                messages.failureAt(row.failure()),
                row.changedAtMs());
    }

    /** Delivers an open dead letter again, as its next revision. */
    public CompletableFuture<Outcome> retry(DeadLetterView dead, Party by) {
        return writer.submit(new SettleDead(dead.slot(), dead.position(), SettleDead.Action.RETRY, by, null));
    }

    /**
     * As {@link #retry}, for a message so old that its receiver may have forgotten whether it applied it: it is applied
     * all the same. The operator has made sure that it was not applied before.
     */
    public CompletableFuture<Outcome> retryEvenIfOld(DeadLetterView dead, Party by) {
        return writer.submit(
                new SettleDead(dead.slot(), dead.position(), SettleDead.Action.RETRY_EVEN_IF_OLD, by, null));
    }

    /** Delivers an open dead letter again with another body, under the same message id. */
    public CompletableFuture<Outcome> edit(DeadLetterView dead, byte[] body, Party by) {
        Message edited = dead.message().withBody(body);
        return writer.submit(new SettleDead(dead.slot(), dead.position(), SettleDead.Action.RETRY, by, edited), edited);
    }

    /** Closes an open dead letter: its group never applies it. */
    public CompletableFuture<Outcome> skip(DeadLetterView dead, Party by) {
        return writer.submit(new SettleDead(dead.slot(), dead.position(), SettleDead.Action.SKIP, by, null));
    }

    /** Orders the group of an open dead letter to compensate it. */
    public CompletableFuture<Outcome> compensate(DeadLetterView dead, Party by) {
        return writer.submit(new SettleDead(dead.slot(), dead.position(), SettleDead.Action.COMPENSATE, by, null));
    }

    /**
     * Ends a compensation by hand, for a group that is gone for good: whether the group applied the message stays
     * unknown, and no undo is sent for it. The operator has compensated the sender's side by other means and says how
     * in the reason, which the message's history keeps. Refused with {@link Refusal#NOT_OPEN} while the group works on
     * it, and for a dead letter that is not being compensated.
     */
    public CompletableFuture<Outcome> closeCompensation(DeadLetterView dead, Party by) {
        return writer.submit(
                new SettleDead(dead.slot(), dead.position(), SettleDead.Action.CLOSE_COMPENSATION, by, null));
    }

    /**
     * Decides a half message in place of its sender. A later contrary decision of the sender is refused and alerted.
     */
    public CompletableFuture<Outcome> decide(long transactionId, MessageId id, Decision decision, Party by) {
        if (by.reason().isBlank()) {
            return CompletableFuture.completedFuture(new Outcome.Refused(
                    Refusal.ILLEGAL_ARGUMENT,
                    "an operator's decision needs a reason, which the message's history keeps"));
        }
        return writer.submit(new Command.Decide(transactionId, id, decision, by));
    }

    /** Which of these are still undecided or parked. */
    public CompletableFuture<Set<MessageId>> undecidedAmong(Collection<MessageId> ids) {
        return writer.ask(state -> {
            Set<MessageId> undecided = new HashSet<>();
            for (MessageId id : ids) {
                int slot = state.pending().find(id.high(), id.low());
                if (slot >= 0 && state.pending().isUndecided(slot)) {
                    undecided.add(id);
                }
            }
            return undecided;
        });
    }

    /** Starts the checks of a half message again, parked or not. */
    public CompletableFuture<Outcome> checkAgain(long transactionId, MessageId id, Party by) {
        return writer.submit(new Command.CheckAgain(transactionId, id, by));
    }

    /**
     * All events of a message, oldest first; empty if the log has forgotten it. The cost is in proportion to the
     * message's events, plus a page for each segment, plus the newest segment, which has no index yet and is read
     * whole.
     *
     * @throws io.pledgemq.engine.log.LogException if the log does not verify where it is read
     */
    public List<HistoryEvent> history(MessageId id) {
        long from = writer.ask(state -> History.startPosition(state, id)).join();
        return History.read(index, id, from);
    }

    /**
     * Finds messages that the log still has, page by page.
     *
     * @throws io.pledgemq.engine.log.LogException if the log does not verify where it is read
     */
    public FoundMessages find(FindRequest request) {
        return MessageFinder.find(writer, index, request);
    }

    /**
     * The message that is stored at a position that {@link #find} returned.
     *
     * @throws io.pledgemq.engine.log.LogException if the log does not verify there, or has forgotten it since
     */
    public Message message(long position) {
        return writer.messages().at(position);
    }
}
