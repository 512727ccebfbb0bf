package io.pledgemq.sdk.transport;

import io.pledgemq.sdk.errors.EngineUnavailableException;
import io.pledgemq.sdk.errors.MessageRefusedException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * An engine as the SDK needs it. Implementations are safe for use by many threads and may be shared by several services
 * and databases in one process.
 *
 * <p>The SDK stays correct if a decision, an ack or a nack gets lost: the message is checked or delivered again. It is
 * not correct if a prepared message that was reported durable is lost.
 */
public interface Transport extends AutoCloseable {
    /**
     * Topics whose names begin so belong to PledgeMQ, and are created wherever the topic behind the prefix is known.
     */
    String UNDO_PREFIX = "%UNDO%";

    /** Length of {@link #engineId} at most. */
    int MAX_ENGINE_ID = 64;

    /**
     * Who the engine is: of ours a UUID that its data directory gets when it is made, of a cluster its name. At most
     * {@value #MAX_ENGINE_ID} characters of printable ASCII, and always the same for what was prepared here: rows in a
     * database that several engines share name theirs by it. A restored backup of an engine is the same engine.
     */
    String engineId();

    /** What the engine takes of one message. Known without asking the engine: called for each send. */
    Limits limits();

    /**
     * The kind of a topic, as this transport remembers it, or as the engine says if it does not. Called for each send.
     *
     * @return empty if the topic does not exist, or if nobody can say while the engine is away
     */
    default Optional<TopicKind> topicKind(String topic) {
        return Optional.empty();
    }

    /**
     * As {@link #topicKind}, but asks the engine again if it is there. Called before a message is refused because of
     * what is remembered: somebody may have deleted the topic and created another.
     */
    default Optional<TopicKind> topicKindNow(String topic) {
        return topicKind(topic);
    }

    /**
     * Stores half messages, and returns when they are as durable as the engine promises. Result {@code i} belongs to
     * message {@code i}; some may be refused while others are prepared.
     *
     * @throws EngineUnavailableException if it is not known that all were stored; some may have been, they are checked
     */
    List<PrepareResult> prepare(List<OutgoingMessage> messages);

    /**
     * Commits and rolls back. Never throws and never completes exceptionally when the engine is away: what was not
     * confirmed is {@link DecisionResult#NOT_CONFIRMED}. Result {@code i} belongs to decision {@code i}.
     */
    CompletionStage<List<DecisionResult>> decide(List<Decision> decisions);

    /**
     * From now on the engine may ask this checker about the undecided messages of {@link Origin#service()}. Answers
     * {@link CheckAnswer.Verdict#SILENT} must not count as an answer and use up no check. A transport that connects a
     * checker again has it asked about what was given up meanwhile. After an answer was accepted by the engine the
     * transport calls {@link Checker#settled}.
     */
    Registration registerChecker(Origin origin, Checker checker);

    /**
     * Of these committed messages, whose decision was never confirmed to this process, the ones the engine certainly
     * will not ask about any more. Used by clean-up; an empty answer is always safe, the rows are then kept.
     */
    Set<String> settledAmong(Collection<String> messageIds);

    /**
     * Whether {@link #settledAmong} finds every message that is settled, however long ago. The SDK then need not note
     * each confirmed decision in its barrier row, which would cost the database about as much as the row itself.
     */
    default boolean knowsAllSettled() {
        return false;
    }

    /**
     * Makes sure that the topic exists.
     *
     * @throws MessageRefusedException if it does not and cannot be created here; says how to create it
     */
    void ensureTopic(String topic);

    /**
     * Declares the group, subscribes it to its topic (a new group starts with the oldest message there is), and opens a
     * receiver. What an operator has changed of a group stays as long as the declaration does not change.
     *
     * @throws MessageRefusedException if the topic or the group is unknown and cannot be created here
     */
    Receiver openReceiver(GroupDeclaration group);

    @Override
    void close();

    /** Ends a registration; idempotent. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
