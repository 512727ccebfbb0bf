package io.pledgemq.sdk;

import io.pledgemq.sdk.errors.DatabaseException;
import io.pledgemq.sdk.errors.EngineUnavailableException;
import io.pledgemq.sdk.errors.IllegalUseException;
import io.pledgemq.sdk.errors.MessageRefusedException;
import io.pledgemq.sdk.errors.MessageRefusedException.Reason;
import io.pledgemq.sdk.errors.TransactionRolledBackException;
import io.pledgemq.sdk.jdbc.GuardedConnection;
import io.pledgemq.sdk.jdbc.Inbox;
import io.pledgemq.sdk.transport.CheckAnswer;
import io.pledgemq.sdk.transport.CheckAnswer.Verdict;
import io.pledgemq.sdk.transport.Decision;
import io.pledgemq.sdk.transport.OutgoingMessage;
import io.pledgemq.sdk.transport.PrepareResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The protocol of one local transaction whose COMMIT somebody else gives: {@code inTransaction}, or a framework that
 * joins by {@link PledgeMQ#join}. Whoever it is calls {@link #beforeCommit} right before COMMIT and does not commit if
 * it throws, and afterwards exactly one of {@link #committed}, {@link #rolledBack} and {@link #outcomeUnknown}. Not for
 * several threads at once.
 */
public final class LocalTransaction implements Transaction, GuardedConnection.SavepointListener {
    private static final Logger LOG = LoggerFactory.getLogger(LocalTransaction.class);
    /** More would make one prepare too large; send them in several transactions. */
    static final int MAX_MESSAGES = 1_000;

    /** What is known after an outcome was unknown and a check was tried. */
    public enum Fate {
        COMMITTED,
        ROLLED_BACK,
        /** SDK and engine keep checking. */
        UNKNOWN
    }

    /** A durable half message. */
    record Prepared(String messageId, String transaction) {}

    private record InboxClaim(String group, String messageId, Inbox.State state, boolean evenIfOld) {}

    private static final class Sent {
        final OutgoingMessage message;

        @Nullable
        String transaction;

        boolean gone;
        boolean inOutbox;

        Sent(OutgoingMessage message, @Nullable String transaction) {
            this.message = message;
            this.transaction = transaction;
        }
    }

    private final Participant participant;
    private final Connection connection;
    private final Connection guarded;
    private final List<Sent> sent = new ArrayList<>();
    private final IdentityHashMap<Object, Integer> sentAtSavepoint = new IdentityHashMap<>();
    private @Nullable InboxClaim claim;
    private @Nullable SQLException doom;
    private boolean over;

    LocalTransaction(Participant participant, Connection connection) {
        this.participant = participant;
        this.connection = connection;
        this.guarded = GuardedConnection.guard(connection, this);
    }

    @Override
    public Connection connection() {
        requireRunning("its connection");
        return guarded;
    }

    @Override
    public String send(Message message) {
        requireRunning("send");
        OutgoingMessage outgoing = participant.outgoing(message, Map.of());
        insertBarrier(new Sent(outgoing, null));
        return outgoing.messageId();
    }

    /** An undo: goes to a topic and with properties that users may not use. */
    void sendUndo(String undoTopic, Message original, Map<String, String> ownProperties) {
        insertBarrier(new Sent(participant.outgoingTo(undoTopic, original, ownProperties), null));
    }

    /** The classical flow: this message was prepared before the transaction began, or null if the engine was away. */
    void adopt(OutgoingMessage prepared, @Nullable String transaction) {
        insertBarrier(new Sent(prepared, transaction));
    }

    private void insertBarrier(Sent message) {
        if (sent.size() == MAX_MESSAGES) {
            throw new MessageRefusedException(
                    Reason.TOO_MANY_MESSAGES,
                    "expected at most " + MAX_MESSAGES + " messages in one transaction; use several transactions");
        }
        sent.add(message);
        String id = message.message.messageId();
        try {
            participant.barrier().insert(connection, id);
        } catch (SQLException e) {
            doom = e;
            throw new DatabaseException(
                    "the barrier row of message " + id + " could not be inserted, so this transaction "
                            + "will not commit",
                    e);
        }
    }

    /** Inserts the inbox row; after anything but FIRST the transaction can only be rolled back. */
    Inbox.Claim claim(String group, String messageId, Inbox.Row row, boolean evenIfOld) {
        claim = new InboxClaim(group, messageId, row.state(), evenIfOld);
        try {
            Inbox.Claim result = participant.inbox().claim(connection, group, messageId, row);
            if (result != Inbox.Claim.FIRST) {
                doom = new SQLException(
                        "the inbox row of message " + messageId + " for group " + group + " is " + result);
            }
            return result;
        } catch (SQLException e) {
            doom = e;
            throw new DatabaseException("the inbox row of message " + messageId + " could not be inserted", e);
        }
    }

    /** For an undo: FIRST if the group had applied the message, and its row now says COMPENSATED. */
    Inbox.Claim claimConsumed(String group, String messageId) {
        try {
            Inbox.Claim result = participant.inbox().turnConsumedIntoCompensated(connection, group, messageId);
            if (result == Inbox.Claim.FIRST) {
                claim = new InboxClaim(group, messageId, Inbox.State.COMPENSATED, true);
            }
            return result;
        } catch (SQLException e) {
            doom = e;
            throw new DatabaseException("the inbox row of message " + messageId + " could not be changed", e);
        }
    }

    /** A savepoint was set; the messages sent until now survive a rollback to it. */
    @Override
    public void savepointSet(Object savepoint) {
        sentAtSavepoint.put(savepoint, sent.size());
    }

    /** The transaction was rolled back to this savepoint: the messages sent since are gone with it. */
    @Override
    public void rolledBackTo(Object savepoint) {
        Integer survivors = sentAtSavepoint.get(savepoint);
        if (survivors == null) {
            return;
        }
        for (Sent message : sent.subList(survivors, sent.size())) {
            message.gone = true;
        }
    }

    /**
     * Reads the rows back and prepares what is to be sent, or keeps it in the outbox. If it throws, the transaction
     * must be rolled back.
     *
     * @throws TransactionRolledBackException if the transaction would not commit what it seems to contain
     */
    public void beforeCommit() {
        requireRunning("COMMIT");
        if (doom != null) {
            throw new TransactionRolledBackException(
                    "rolled back: a barrier or inbox row failed earlier in this transaction: " + doom.getMessage(),
                    doom);
        }
        List<String> objections = readBack();
        if (!objections.isEmpty()) {
            throw new TransactionRolledBackException("rolled back: " + String.join("; ", objections), null);
        }
        prepareSurvivors();
    }

    private List<String> readBack() {
        List<String> present = new ArrayList<>();
        List<String> absent = new ArrayList<>();
        for (Sent message : sent) {
            (message.gone ? absent : present).add(message.message.messageId());
        }
        List<String> objections = new ArrayList<>();
        try {
            if (!sent.isEmpty()) {
                objections.addAll(participant.barrier().objectionsToCommit(connection, present, absent));
            }
            if (claim != null) {
                Optional<String> objection = participant
                        .inbox()
                        .objectionToCommit(connection, claim.group, claim.messageId, claim.state, claim.evenIfOld);
                objection.ifPresent(objections::add);
            }
        } catch (SQLException e) {
            throw new TransactionRolledBackException(
                    "rolled back: its rows could not be read back before COMMIT (an SQL error was swallowed, or the "
                            + "database went away): " + e.getMessage(),
                    e);
        }
        return objections;
    }

    private void prepareSurvivors() {
        List<Sent> survivors = survivors();
        List<Sent> toPrepare = survivors.stream()
                .filter(message -> message.transaction == null)
                .toList();
        if (participant.onEngineDown() == OnEngineDown.FAIL) {
            prepare(toPrepare);
        } else if (isHeldUp(survivors)) {
            keepInOutbox(survivors);
        } else if (!isPrepared(toPrepare)) {
            keepInOutbox(toPrepare);
        }
    }

    private static List<OutgoingMessage> messages(List<Sent> sent) {
        return sent.stream().map(message -> message.message).toList();
    }

    private void prepare(List<Sent> toPrepare) {
        if (toPrepare.isEmpty()) {
            return;
        }
        List<OutgoingMessage> messages = messages(toPrepare);
        List<PrepareResult> results = participant.prepare(messages);
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) instanceof PrepareResult.Prepared prepared) {
                toPrepare.get(i).transaction = prepared.transaction();
            }
        }
        Participant.requireAllPrepared(messages, results);
    }

    /** Returns false if the engine cannot take all of them now. */
    private boolean isPrepared(List<Sent> toPrepare) {
        if (!toPrepare.isEmpty() && !participant.breaker().mayTry()) {
            return false;
        }
        try {
            prepare(toPrepare);
            return true;
        } catch (EngineUnavailableException e) {
            LOG.debug("the engine is away, so {} messages go to the outbox: {}", toPrepare.size(), e.getMessage());
            return false;
        }
    }

    /** A predecessor in a message group that waits in the outbox must not be overtaken. */
    private boolean isHeldUp(List<Sent> survivors) {
        try {
            return participant.outbox().holdsUp(connection, messages(survivors));
        } catch (SQLException e) {
            throw new TransactionRolledBackException("rolled back: the outbox could not be read: " + e.getMessage(), e);
        }
    }

    /** All of them, even those that were prepared, so that their order stays. */
    private void keepInOutbox(List<Sent> toKeep) {
        try {
            participant.outbox().insert(connection, messages(toKeep));
        } catch (SQLException e) {
            doom = e;
            throw new DatabaseException(
                    "the outbox rows could not be inserted, so this transaction will not commit", e);
        }
        toKeep.forEach(message -> message.inOutbox = true);
    }

    /** COMMIT has returned. What is in the outbox is decided by its relay. */
    public void committed() {
        over = true;
        List<Sent> direct = sent.stream().filter(message -> !message.inOutbox).toList();
        participant.decisions().send(decisions(prepared(direct), true));
    }

    /** The rollback was confirmed by the database. */
    public void rolledBack() {
        over = true;
        participant.decisions().send(decisions(prepared(sent), false));
    }

    /**
     * COMMIT or rollback was sent and no answer came. Tries one check at once; if that does not tell, keeps checking in
     * the background and sends the decision then.
     */
    public Fate outcomeUnknown() {
        over = true;
        List<Prepared> prepared = prepared(sent);
        List<String> decisive = sent.stream()
                .filter(message -> message.inOutbox || message.transaction != null)
                .map(message -> message.message.messageId())
                .toList();
        if (decisive.isEmpty()) {
            return Fate.UNKNOWN;
        }
        List<CheckAnswer> answers = participant.check().check(decisive);
        Fate fate = fate(answers);
        if (fate == Fate.UNKNOWN) {
            participant.outcomes().watch(prepared);
        } else {
            participant.decisions().send(decisions(prepared, fate == Fate.COMMITTED));
        }
        return fate;
    }

    private static Fate fate(List<CheckAnswer> answers) {
        if (answers.stream().allMatch(answer -> answer.verdict() == Verdict.COMMIT)) {
            return Fate.COMMITTED;
        } else if (answers.stream().allMatch(answer -> answer.verdict() == Verdict.ROLLBACK)) {
            return Fate.ROLLED_BACK;
        }
        return Fate.UNKNOWN;
    }

    /** Over without a word about the outcome: nothing is decided here, checks will. */
    void abandoned() {
        over = true;
        participant.outcomes().watch(prepared(sent));
    }

    boolean isOver() {
        return over;
    }

    List<String> messageIds() {
        return survivors().stream().map(message -> message.message.messageId()).toList();
    }

    private List<Sent> survivors() {
        return sent.stream().filter(message -> !message.gone).toList();
    }

    private static List<Prepared> prepared(List<Sent> messages) {
        List<Prepared> prepared = new ArrayList<>();
        for (Sent message : messages) {
            if (message.transaction != null) {
                prepared.add(new Prepared(message.message.messageId(), message.transaction));
            }
        }
        return prepared;
    }

    private List<Decision> decisions(List<Prepared> prepared, boolean commit) {
        return prepared.stream()
                .map(message -> participant.decisions().of(message.messageId(), message.transaction(), commit))
                .toList();
    }

    private void requireRunning(String what) {
        if (over) {
            throw new IllegalUseException(
                    "expected " + what + " inside of a running transaction, but this one is over; "
                            + "a Transaction is valid only within the callback it was given to");
        }
    }
}
