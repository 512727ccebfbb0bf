package io.pledgemq.server.grpc;

import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Sender;
import org.jspecify.annotations.Nullable;

/**
 * Who can answer for whose transactions. A message that carries the identity of its sender's database is answered by
 * clients that have prepared with the same one, then by whoever else sends to its topic, since such a message comes from
 * an SDK that answers for its own database alone; any other by clients of the same user, where users are known, that
 * send to its topic.
 */
final class TransactionServices {
    /** The property by which a sender names its database; the SDK sets it. */
    static final String DATABASE_ID = "pledge-database-id";

    private TransactionServices() {}

    /** The sender of a half message; from now on its client can be asked about more of the kind. */
    static Sender register(ClientSession session, Message message) {
        Caller caller = session.caller();
        sendsTo(session, message.topic());
        String database = databaseOf(message);
        if (database == null) {
            return new Sender(ofTopic(caller.user(), message.topic()), caller.clientId());
        }
        String ofDatabase = "database:" + database;
        session.answersFor(ofDatabase);
        return new Sender(ofDatabase, caller.clientId(), true);
    }

    /** The client says that it sends to this topic. */
    static void sendsTo(ClientSession session, String topic) {
        session.answersFor(ofTopic(session.caller().user(), topic));
        session.answersFor(Sender.ofTopic(topic, session.caller().clientId()).service());
    }

    private static @Nullable String databaseOf(Message message) {
        String database = message.properties().get(DATABASE_ID);
        return database == null || database.isBlank() ? null : database;
    }

    private static String ofTopic(String user, String topic) {
        return user.isEmpty() ? "topic:" + topic : "user:" + user + "/topic:" + topic;
    }
}
