package io.pledgemq.sdk;

import io.pledgemq.sdk.errors.DatabaseException;
import io.pledgemq.sdk.errors.EngineUnavailableException;
import io.pledgemq.sdk.errors.IllegalUseException;
import io.pledgemq.sdk.errors.MessageRefusedException;
import io.pledgemq.sdk.errors.MessageRefusedException.Reason;
import io.pledgemq.sdk.errors.TransactionRolledBackException;
import io.pledgemq.sdk.foreign.InterruptAside;
import io.pledgemq.sdk.jdbc.GuardedConnection;
import io.pledgemq.sdk.jdbc.Inbox;
import io.pledgemq.sdk.jdbc.OtherDatabaseException;
import io.pledgemq.sdk.jdbc.Stamp;
import io.pledgemq.sdk.jdbc.TransactionNotFreshException;
import io.pledgemq.sdk.jdbc.TransactionRows;
import io.pledgemq.sdk.jdbc.TransactionRows.InboxClaim;
import io.pledgemq.sdk.jdbc.TransactionRows.Leftover;
import io.pledgemq.sdk.jdbc.TransactionRows.ReadBack;
import io.pledgemq.sdk.transport.CheckAnswer;
import io.pledgemq.sdk.transport.OutgoingMessage;
import io.pledgemq.sdk.transport.PrepareResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The protocol of one local transaction whose COMMIT somebody else gives: {@code inTransaction}, or a framework that
 * joins by {@link PledgeMQ#join}. The caller of COMMIT calls {@link #beforeCommit} right before COMMIT and does not
 * commit if it throws, and afterwards, before the connection is given back, exactly one of {@link #committed},
 * {@link #rolledBack} and {@link #outcomeUnknown}. What is called out of this order is refused. Not for several threads
 * at once.
 */
public final class LocalTransaction implements Transaction, GuardedConnection.Marker {
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

    private enum Phase {
        RUNNING,
        /** {@link #beforeCommit} was called; nothing may be added. */
        COMMITTING,
        /** All is prepared or kept: COMMIT may come. */
        READY,
        OVER
    }

    private final Participant participant;
    private final Connection connection;
    private final Connection guarded;
    private final TransactionRows rows;
    private final SentMessages sent = new SentMessages();
    private @Nullable InboxClaim claim;
    private @Nullable SQLException doom;
    private @Nullable Stamp stamp;
    private Phase phase = Phase.RUNNING;

    private LocalTransaction(Participant participant, Connection connection) {
        this.participant = participant;
        this.connection = connection;
        this.guarded = GuardedConnection.guard(connection, this);
        this.rows = new TransactionRows(
                participant.tables().database(),
                participant.tables().barrier(),
                participant.tables().inbox(),
                connection);
        OpenTransactions.begin(connection);
    }

    /** For a transaction that was begun right now, on a connection that nobody else uses. */
    static LocalTransaction onFreshConnection(Participant participant, Connection connection) {
        return new LocalTransaction(participant, connection);
    }

    /** For a transaction that somebody else has begun. */
    static LocalTransaction join(Participant participant, Connection connection) {
        LocalTransaction transaction = new LocalTransaction(participant, connection);
        boolean joined = false;
        try {
            transaction.rows.markFresh();
            joined = true;
            return transaction;
        } catch (TransactionNotFreshException e) {
            throw new IllegalUseException("expected a transaction that has just begun, actual one that has written "
                    + "something already: if the database had ended it in between, it would go unnoticed. Join right "
                    + "after the transaction has begun, before its first statement");
        } catch (SQLException e) {
            throw new DatabaseException("the connection cannot be joined", e);
        } finally {
            if (!joined) {
                OpenTransactions.end(connection);
            }
        }
    }

    @Override
    public Connection connection() {
        requireRunning("its connection");
        return guarded;
    }

    @Override
    public void beforeUse() throws SQLException {
        if (phase == Phase.RUNNING) {
            rows.mark();
        }
    }

    @Override
    public boolean isMarked() {
        return rows.isMarked();
    }

    @Override
    public String send(Message message) {
        requireRunning("send");
        OutgoingMessage outgoing = participant.messages().outgoing(message, Map.of());
        insertBarrier(new SentMessage(outgoing, null));
        return outgoing.messageId();
    }

    /** An undo: goes to a topic and with properties that users may not use. */
    void sendUndo(String undoTopic, Message original, Map<String, String> ownProperties) {
        insertBarrier(new SentMessage(participant.messages().outgoingTo(undoTopic, original, ownProperties), null));
    }

    /** The classical flow: this message was prepared before the transaction began, or null if the engine was away. */
    void adopt(OutgoingMessage prepared, @Nullable String transaction) {
        insertBarrier(new SentMessage(prepared, transaction));
    }

    private void insertBarrier(SentMessage message) {
        if (sent.size() == MAX_MESSAGES) {
            throw new MessageRefusedException(
                    Reason.TOO_MANY_MESSAGES,
                    "expected at most " + MAX_MESSAGES + " messages in one transaction; use several transactions");
        }
        sent.add(message);
        String id = message.message.messageId();
        try {
            InterruptAside.during(() -> {
                rows.insertBarrier(id);
                return id;
            });
        } catch (OtherDatabaseException e) {
            doom = e;
            throw new TransactionRolledBackException(
                    "this transaction will not commit, since message " + id + " was sent elsewhere: " + e.getMessage(),
                    e);
        } catch (SQLException e) {
            doom = e;
            throw new DatabaseException(
                    "the barrier row of message " + id + " could not be inserted, so this transaction "
                            + "will not commit",
                    e);
        }
    }

    /** Inserts the inbox row; after anything but FIRST the transaction can only be rolled back. */
    Inbox.Claim claim(Inbox.Place place, Inbox.Row row, boolean evenIfOld) {
        claim = new InboxClaim(place, row.state(), evenIfOld);
        try {
            Inbox.Claim result = rows.claim(place, row);
            if (result != Inbox.Claim.FIRST) {
                doom = new SQLException("the inbox row of message " + place.messageId() + " for group " + place.group()
                        + " is " + result);
                claim = null;
            }
            return result;
        } catch (SQLException e) {
            doom = e;
            throw new DatabaseException("the inbox row of message " + place.messageId() + " could not be inserted", e);
        }
    }

    /** For an undo: FIRST if the group had applied the message, and its row now says COMPENSATED. */
    Inbox.Claim claimConsumed(Inbox.Place place) {
        try {
            Inbox.Claim result = rows.claimConsumed(place);
            if (result == Inbox.Claim.FIRST) {
                claim = new InboxClaim(place, Inbox.State.COMPENSATED, true);
            }
            return result;
        } catch (SQLException e) {
            doom = e;
            throw new DatabaseException("the inbox row of message " + place.messageId() + " could not be changed", e);
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
        phase = Phase.COMMITTING;
        if (doom != null) {
            throw new TransactionRolledBackException(
                    "rolled back: a barrier or inbox row failed earlier in this transaction: " + doom.getMessage(),
                    doom);
        }
        if (!sent.isEmpty() || claim != null) {
            stamp = participant.tables().incarnation().stamp();
            believeRows();
            prepareSurvivors();
            requireKept();
        }
        phase = Phase.READY;
    }

    /** A message without a row went with a savepoint: the SDK's, the framework's or one in SQL text. */
    private void believeRows() {
        ReadBack found;
        try {
            found = rows.readBack(sent.ids(), claim);
        } catch (SQLException e) {
            throw new TransactionRolledBackException(
                    "rolled back: its rows could not be read back before COMMIT (an SQL error was swallowed, the "
                            + "connection reaches another database, or the database went away): " + e.getMessage(),
                    e);
        }
        if (!found.objections().isEmpty()) {
            throw new TransactionRolledBackException(
                    "rolled back: " + String.join("; ", found.objections()) + clocks(found.objections()), null);
        }
        sent.forEach(message -> message.gone = !found.present().contains(message.message.messageId()));
    }

    private String clocks(List<String> objections) {
        boolean old = objections.stream().anyMatch(objection -> objection.contains("at or below the watermark"));
        return old ? participant.clocks().get().map(text -> " (" + text + ")").orElse("") : "";
    }

    private void prepareSurvivors() {
        SentMessages survivors = sent.survivors();
        SentMessages toPrepare = survivors.notPrepared();
        if (participant.onEngineDown() == OnEngineDown.FAIL) {
            prepare(toPrepare);
        } else if (isHeldUp(survivors)) {
            keepInOutbox(survivors);
        } else if (!isPrepared(toPrepare)) {
            keepInOutbox(toPrepare);
        }
    }

    private void prepare(SentMessages toPrepare) {
        if (toPrepare.isEmpty()) {
            return;
        }
        List<OutgoingMessage> messages = toPrepare.outgoing();
        List<PrepareResult> results = participant.prepare(
                messages.stream().map(LocalTransaction::inOrder).toList());
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) instanceof PrepareResult.Prepared prepared) {
                toPrepare.get(i).transaction = prepared.transaction();
            }
        }
        Participant.requireAllPrepared(messages, results);
    }

    /** Prepared while the transaction holds its locks, so the order of prepares is the order of the database. */
    static OutgoingMessage inOrder(OutgoingMessage message) {
        return message.messageGroup() == null ? message : message.inOrder();
    }

    /** Returns false if the engine cannot take all of them now. */
    private boolean isPrepared(SentMessages toPrepare) {
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
    private boolean isHeldUp(SentMessages survivors) {
        try {
            return participant.tables().outbox().holdsUp(connection, survivors.outgoing());
        } catch (SQLException e) {
            throw new TransactionRolledBackException("rolled back: the outbox could not be read: " + e.getMessage(), e);
        }
    }

    /** All of them, even those that were prepared, so that their order stays. */
    private void keepInOutbox(SentMessages toKeep) {
        try {
            participant.tables().outbox().insert(connection, toKeep.outgoing());
        } catch (SQLException e) {
            doom = e;
            throw new DatabaseException(
                    "the outbox rows could not be inserted, so this transaction will not commit", e);
        }
        toKeep.forEach(message -> message.inOutbox = true);
    }

    private void requireKept() {
        SentMessages kept = sent.inOutbox();
        if (kept.isEmpty()) {
            return;
        }
        try {
            Optional<String> objection = rows.objectionToOutbox(kept.ids());
            if (objection.isPresent()) {
                throw new TransactionRolledBackException("rolled back: " + objection.get(), null);
            }
        } catch (SQLException e) {
            throw new TransactionRolledBackException(
                    "rolled back: its outbox rows could not be read back: " + e.getMessage(), e);
        }
    }

    /** COMMIT has returned. What is in the outbox is decided by its relay. */
    public void committed() {
        Phase before = end("committed()");
        if (before != Phase.READY && (!sent.isEmpty() || claim != null)) {
            settleLeftover();
            throw new IllegalUseException("expected committed() after a beforeCommit() that returned, actual without "
                    + "one: what was committed was not verified, and its messages were not prepared. They go through "
                    + "the outbox, as far as their rows are there; call beforeCommit() right before each COMMIT");
        }
        decide(sent.survivors().outsideOutbox(), true);
    }

    private void decide(SentMessages messages, boolean commit) {
        participant.decisions().send(messages.decided(commit, participant.decisions()));
    }

    /** The rollback was confirmed by the database, and the connection was not given back yet. */
    public void rolledBack() {
        end("rolledBack()");
        if (!sent.isEmpty() || claim != null) {
            settleLeftover();
        }
    }

    /** The rows are believed, not {@code rollback()}: one that is still there is a commit that happened. */
    private void settleLeftover() {
        try {
            Leftover leftover = rows.leftover(sent.ids(), claim);
            decide(sent.withoutIds(leftover.messages()), false);
            if (!leftover.isEmpty()) {
                makeUp(sent.withIds(leftover.messages()), leftover.inbox());
            }
        } catch (SQLException e) {
            LOG.warn("what a rollback left could not be read, and is checked later: {}", e.getMessage());
            watch(sent);
        }
    }

    private void makeUp(SentMessages there, boolean inbox) throws SQLException {
        LOG.error(
                "a transaction was rolled back, but a part of it had been committed before (DDL, TRUNCATE, COMMIT as SQL "
                        + "text, SET autocommit inside of it). Messages {} are committed with it, so they are sent; {}. "
                        + "Look at the data, and keep such statements out of transactions",
                there.ids(),
                inbox && claim != null
                        ? "the effect of message " + claim.place().messageId() + " on group "
                                + claim.place().group() + " was made in part, and the message waits for a person"
                        : "nothing else is known to be affected");
        boolean done = false;
        try {
            List<OutgoingMessage> toKeep = there.outsideOutbox().outgoing();
            rows.makeUp(participant.tables().outbox(), toKeep, inbox && claim != null ? claim.place() : null);
            done = true;
        } finally {
            if (!done) {
                watch(there);
            }
        }
    }

    private void watch(SentMessages messages) {
        Stamp seen = stamp == null ? participant.tables().incarnation().stamp() : stamp;
        List<OutcomeWatch.Watched> watched = new ArrayList<>();
        for (SentMessage message : messages.outsideOutbox()) {
            watched.add(new OutcomeWatch.Watched(message.message, message.transaction, seen));
        }
        participant.outcomes().watch(watched);
    }

    /**
     * COMMIT or rollback was sent and no answer came. Tries one check at once; if that does not tell, keeps checking in
     * the background and sends the decision then.
     */
    public Fate outcomeUnknown() {
        Phase before = end("outcomeUnknown()");
        SentMessages decisive = before == Phase.READY ? sent.survivors() : sent;
        if (decisive.isEmpty()) {
            return Fate.UNKNOWN;
        }
        Stamp seen = stamp == null ? participant.tables().incarnation().stamp() : stamp;
        // All rows are of one transaction, so one tells for all, and one lock is waited for.
        Fate fate =
                fate(participant.tables().check().check(decisive.get(0).message.messageId(), seen));
        if (fate == Fate.COMMITTED && before == Phase.READY) {
            decide(decisive.outsideOutbox(), true);
        } else if (fate == Fate.ROLLED_BACK) {
            decide(sent, false);
        } else {
            watch(decisive);
        }
        return fate;
    }

    private static Fate fate(CheckAnswer answer) {
        return switch (answer.verdict()) {
            case COMMIT -> Fate.COMMITTED;
            case ROLLBACK -> Fate.ROLLED_BACK;
            case UNKNOWN -> Fate.UNKNOWN;
            case SILENT -> answer.detail().equals(CheckAnswer.IN_OUTBOX) ? Fate.COMMITTED : Fate.UNKNOWN;
        };
    }

    /** Over without a word about the outcome: nothing is decided here, checks will. */
    void abandoned() {
        end("abandoned()");
        watch(sent);
    }

    boolean isOver() {
        return phase == Phase.OVER;
    }

    List<String> messageIds() {
        return sent.survivors().ids();
    }

    private Phase end(String call) {
        Phase before = phase;
        if (before == Phase.OVER) {
            throw new IllegalUseException("expected one call that ends this transaction, actual another: " + call);
        }
        phase = Phase.OVER;
        OpenTransactions.end(connection);
        return before;
    }

    private void requireRunning(String what) {
        if (phase == Phase.OVER) {
            throw new IllegalUseException(
                    "expected " + what + " inside of a running transaction, but this one is over; "
                            + "a Transaction is valid only within the callback it was given to");
        } else if (phase != Phase.RUNNING) {
            throw new IllegalUseException("expected " + what + " before beforeCommit(), actual after it: messages are "
                    + "prepared by then, and a later one would never be; send earlier");
        }
    }
}
