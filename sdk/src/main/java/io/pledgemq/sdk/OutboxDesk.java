package io.pledgemq.sdk;

import io.pledgemq.sdk.errors.DatabaseException;
import io.pledgemq.sdk.errors.IllegalUseException;
import io.pledgemq.sdk.errors.MessageRefusedException;
import io.pledgemq.sdk.jdbc.OutboxRows;
import io.pledgemq.sdk.jdbc.OutboxRows.Change;
import io.pledgemq.sdk.jdbc.OutboxRows.Counts;
import io.pledgemq.sdk.jdbc.OutboxRows.Row;
import io.pledgemq.sdk.transport.OutgoingMessage;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the outbox to operators, and lets them settle messages that the engine refused. {@link PledgeMQ#outbox()}
 * returns it. Every change takes effect with the next pass of the relay, and is logged with its reason. Safe for use by
 * many threads.
 *
 * <p>A message is <em>refused</em> if the engine says that it will never take it as it is (its topic does not exist),
 * or has decided to roll back before. It stays, and later messages of its message group wait behind it; all others go
 * on. It is tried again every minute in case the cause is repaired at the engine, and cannot be settled while it is;
 * but not after an earlier decision at the engine, which is for a person alone.
 */
public final class OutboxDesk {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxDesk.class);

    private final Participant participant;
    private final OutboxRows rows;

    OutboxDesk(Participant participant) {
        this.participant = participant;
        this.rows = new OutboxRows(participant.tables().outbox());
    }

    private interface Query<T> {
        T run() throws SQLException;
    }

    private static <T> T ask(Query<T> query) {
        try {
            return query.run();
        } catch (SQLException e) {
            throw new DatabaseException("the outbox could not be read or changed", e);
        }
    }

    /** How many messages wait and how many are refused, in this database; for a health page, refused should be 0. */
    public Counts counts() {
        return ask(rows::counts);
    }

    /** Up to so many messages: refused ones first, then in the order in which they will be sent. */
    public List<Row> list(int max) {
        if (max < 1) {
            throw new IllegalUseException("expected a number of at least 1, actual " + max);
        }
        return ask(() -> rows.list(max));
    }

    /** A message as it will be sent, its payload as {@code byte[]}; empty if it is not in the outbox. */
    public Optional<Message> show(String messageId) {
        return ask(() -> rows.find(messageId, participant.origin())).map(OutboxDesk::message);
    }

    private static Message message(OutgoingMessage message) {
        return new Message(
                message.topic(),
                message.key(),
                message.body().bytes(),
                message.messageGroup(),
                message.deliverAt(),
                OutgoingMessages.usersProperties(message));
    }

    /**
     * Changes a refused message. It keeps its id, so it takes effect once whatever happened before, and its place in
     * the order.
     *
     * @param change from the message as it is, its payload as {@code byte[]}, to what is to be sent
     * @throws MessageRefusedException if the result is not acceptable either; nothing has changed
     * @throws IllegalUseException if the message is not in the outbox, or not refused
     */
    public void edit(String messageId, String reason, UnaryOperator<Message> change) {
        requireReason(reason);
        OutgoingMessage before =
                ask(() -> rows.find(messageId, participant.origin())).orElseThrow(() -> notRefused(messageId));
        OutgoingMessage edited = participant.messages().edited(before, change.apply(message(before)));
        settled(messageId, ask(() -> rows.edit(edited)));
        LOG.warn("message {} of the outbox was edited by an operator, and is tried again: {}", messageId, reason);
    }

    /**
     * Tries a refused message again, as it is. One that the engine has rolled back is refused again for as long as the
     * engine remembers that, and delivered afterwards.
     *
     * @throws IllegalUseException if the message is not in the outbox, or not refused
     */
    public void retry(String messageId) {
        settled(messageId, ask(() -> rows.retry(messageId)));
    }

    /**
     * Gives a refused message up: its local transaction stays committed, and it is never delivered. That is the
     * exception from "delivered if and only if committed" which a person makes; undo by hand what depends on it. Those
     * behind it in its message group go on.
     *
     * @throws IllegalUseException if the message is not in the outbox, or not refused
     */
    public void skip(String messageId, String reason) {
        requireReason(reason);
        settled(messageId, ask(() -> rows.skip(messageId)));
        LOG.warn(
                "message {} of the outbox was skipped by an operator and will never be delivered, although its local "
                        + "transaction committed: {}",
                messageId,
                reason);
    }

    /**
     * Sends what waits for an engine that is gone for good to this one. For an engine whose data are lost, not for one
     * that is away: that one may have delivered some of it.
     *
     * <p>Call it before the service sends again: what was sent to this engine meanwhile is not held up by what waited
     * for the other one, so a message group would be delivered out of its order.
     *
     * @param engine its identity, as {@link Row#engine()} says it
     * @throws IllegalUseException if nothing waits for an engine with this identity
     */
    public void takeOver(String engine, String reason) {
        requireReason(reason);
        Change result = ask(() -> rows.takeOver(engine));
        if (result == Change.BUSY) {
            throw busy();
        } else if (result != Change.DONE) {
            throw new IllegalUseException(
                    "expected the identity of an engine that messages of the outbox wait for, actual '" + engine
                            + "'; list() shows the engine of each");
        }
        LOG.warn("messages of the outbox for engine {} go to this one from now on: {}", engine, reason);
    }

    private static void requireReason(String reason) {
        if (reason.isBlank()) {
            throw new IllegalUseException("expected a reason, actual none; say why, it is logged");
        }
    }

    private static void settled(String messageId, Change result) {
        if (result == Change.NOT_REFUSED) {
            throw notRefused(messageId);
        } else if (result == Change.BUSY) {
            throw busy();
        }
    }

    private static IllegalUseException notRefused(String messageId) {
        return new IllegalUseException("expected a message of the outbox that the engine refused, actual '" + messageId
                + "', which is not there, or only waits; list() shows what is there");
    }

    private static DatabaseException busy() {
        return new DatabaseException("the relay works on the outbox at this moment; nothing was changed, try again");
    }
}
