package io.pledgemq.sdk;

import io.pledgemq.sdk.errors.DatabaseException;
import io.pledgemq.sdk.errors.IllegalUseException;
import io.pledgemq.sdk.errors.MessageRefusedException;
import java.sql.Connection;

/**
 * A running local transaction. What is sent in it is delivered if and only if it commits. For the thread and the
 * duration of the callback only.
 */
public interface Transaction {
    /**
     * The connection of this transaction. It refuses {@code commit}, {@code rollback}, {@code close} and
     * {@code setAutoCommit}; savepoints take the messages sent after them along. DDL that commits by itself is
     * unsupported.
     */
    Connection connection();

    /**
     * Sends with this transaction.
     *
     * @return id of the message
     * @throws IllegalUseException if the transaction is over
     * @throws MessageRefusedException if name, body or number of messages are not acceptable
     * @throws DatabaseException if the barrier row could not be inserted; the transaction will not commit
     */
    String send(Message message);

    /** Sends with this transaction; see {@link #send(Message)}. */
    default String send(String topic, String key, Object payload) {
        return send(Message.of(topic, key, payload));
    }
}
