package io.pledgemq.server.grpc;

import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Sender;
import org.jspecify.annotations.Nullable;

/**
 * Who can answer for whose transactions. A message that carries the identity of its sender's database is answered by
 * clients that have prepared with the same one, then by other producers of its topic: a client that sends identities
 * answers for its own database only. Any other message is answered by producers of its topic, where users are known by
 * those of the same user.
 */
final class TransactionServices {
    /** The property by which a sender names its database; the SDK sets it. */
    static final String DATABASE_ID = "pledge-database-id";

    private TransactionServices() {}

    /** Returns the sender of a half message, and lets its client be asked about others of the same service. */
    static Sender register(ClientSession session, Message message) {
        Caller caller = session.caller();
        sendsTo(session, message.topic());
        String database = databaseOf(message);
        if (database == null) {
            return ofTopic(caller, message.topic());
        }
        Sender ofDatabase = new Sender("database " + database, caller.clientId(), true);
        session.answersFor(ofDatabase.service());
        return ofDatabase;
    }

    /** Notes that the client sends to this topic. */
    static void sendsTo(ClientSession session, String topic) {
        Caller caller = session.caller();
        session.answersFor(Sender.ofTopic(topic, caller.clientId()).service());
        session.answersFor(ofTopic(caller, topic).service());
    }

    private static @Nullable String databaseOf(Message message) {
        String database = message.properties().get(DATABASE_ID);
        return database == null || database.isBlank() ? null : database;
    }

    private static Sender ofTopic(Caller caller, String topic) {
        return caller.user().isEmpty()
                ? Sender.ofTopic(topic, caller.clientId())
                : new Sender("user " + caller.user() + " of topic " + topic, caller.clientId());
    }
}
