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
import io.pledgemq.engine.view.Census;
import io.pledgemq.engine.view.DeadLetterView;
import io.pledgemq.engine.view.EngineStats;
import io.pledgemq.engine.view.FindRequest;
import io.pledgemq.engine.view.FoundMessages;
import io.pledgemq.engine.view.GroupView;
import io.pledgemq.engine.view.History;
import io.pledgemq.engine.view.HistoryEvent;
import io.pledgemq.engine.view.MessageFinder;
import io.pledgemq.engine.view.Page;
import io.pledgemq.engine.view.Places;
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
 * What operators see and do. Lists come page by page; every action records who did it and why. Safe for all threads.
 *
 * <p>Methods that return a future return at once. Those that return none wait for a turn of the writer and then read
 * the disk: call them on a thread that may wait, never in a continuation of one of the engine's futures.
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
     * Counters of everything: topics, groups with their subscriptions, half messages. Takes the writer's time in small
     * pieces, so at a million unsettled rows it is not quite one moment.
     */
    public CompletableFuture<EngineStats> stats() {
        return Census.of(writer);
    }

    /** All topics by name, those of dead letters too. */
    public CompletableFuture<List<TopicView>> topics() {
        return writer.ask(Views::topics);
    }

    /** All groups by name, with their configuration, their subscriptions and what is leased just now. */
    public CompletableFuture<List<GroupView>> groups() {
        return stats().thenApply(EngineStats::groups);
    }

    /** One group; empty if there is no such group. */
    public CompletableFuture<Optional<GroupView>> group(String name) {
        return groups().thenApply(groups -> groups.stream()
                .filter(group -> group.config().name().equals(name))
                .findFirst());
    }

    /** Deliveries that are leased just now, by group; groups without any are left out. */
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
     * Half messages that nobody has decided.
     *
     * @param cursor 0, or {@link Page#next} of the page before
     */
    public Page<UndecidedView> undecided(int cursor, int limit) {
        Page<Views.PendingRow> rows =
                writer.ask(state -> Views.undecided(state, cursor, limit)).join();
        return new Page<>(rows.items().stream().map(this::view).toList(), rows.next());
    }

    /**
     * The half message with this id that nobody has decided; empty if there is none. Waits, as {@link #history} does.
     */
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

    private Page<DeadLetterView> deadLetters(String group, LongPredicate places, int cursor, int limit) {
        Page<Views.DeliveryRow> rows = writer.ask(state -> Views.deadLetters(state, group, places, cursor, limit))
                .join();
        return new Page<>(rows.items().stream().map(this::view).toList(), rows.next());
    }

    /**
     * The dead letters of these messages, of one group or of all. Finds them by the index and reads no others from the
     * disk, however many there are.
     *
     * @param group of one group only, or empty for all
     * @param ids of messages; those that are no dead letters are left out
     * @throws io.pledgemq.engine.log.LogException if the log does not verify where it is read
     */
    public List<DeadLetterView> deadLettersOf(String group, Collection<MessageId> ids) {
        Set<Long> places = new HashSet<>();
        List<DeadLetterView> found;
        long end = writer.log().durablePosition();
        Set<Long> newPlaces = Places.of(index, ids, 0, Long.MAX_VALUE);
        do {
            places.addAll(newPlaces);
            found = deadLettersAt(group, places);
            // What was carried forward meanwhile is at a place that only its newest frames tell.
            newPlaces = Places.of(index, ids, end, Long.MAX_VALUE);
        } while (!places.containsAll(newPlaces));
        return found;
    }

    private List<DeadLetterView> deadLettersAt(String group, Set<Long> places) {
        long[] sorted = places.stream().mapToLong(Long::longValue).sorted().toArray();
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
     * As {@link #retry}, for a message that is older than its receiver's memory: it is applied although nobody can tell
     * any more whether it was applied before. The operator has made sure that it was not.
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
     * Ends a compensation by hand, for a group that is gone for good: nobody will say any more whether the group had
     * applied the message, and no undo is sent for it. The operator has seen to the sender's side by other means and
     * says in the reason how; it is kept in the message's history. Refused with {@link Refusal#NOT_OPEN} while the
     * group works on it, and for a dead letter that is not being compensated.
     */
    public CompletableFuture<Outcome> closeCompensation(DeadLetterView dead, Party by) {
        return writer.submit(
                new SettleDead(dead.slot(), dead.position(), SettleDead.Action.CLOSE_COMPENSATION, by, null));
    }

    /** Decides a half message in place of its sender, who may contradict later: that is refused and alerted. */
    public CompletableFuture<Outcome> decide(long transactionId, MessageId id, Decision decision, Party by) {
        if (by.reason().isBlank()) {
            return CompletableFuture.completedFuture(new Outcome.Refused(
                    Refusal.ILLEGAL_ARGUMENT,
                    "an operator's decision needs a reason: it goes into the message's history"));
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
     * Everything that happened to a message, oldest first; empty if the log has forgotten it. Takes time in proportion
     * to the message's events, a page for each segment, and the reading of the newest segment, which has no index yet.
     *
     * @throws io.pledgemq.engine.log.LogException if the log does not verify where it is read
     */
    public List<HistoryEvent> history(MessageId id) {
        long from = writer.ask(state -> History.whereToBegin(state, id)).join();
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
     * The message that is stored at the place that {@link #find} told.
     *
     * @throws io.pledgemq.engine.log.LogException if the log does not verify there, or has forgotten it since
     */
    public Message message(long position) {
        return writer.messages().at(position);
    }
}
