package io.pledgemq.sdk;

import io.pledgemq.sdk.errors.MessageRefusedException;
import io.pledgemq.sdk.errors.MessageRefusedException.Reason;
import io.pledgemq.sdk.transport.Transport;
import java.util.regex.Pattern;

/** Rules for the names of topics, groups and services: RocketMQ's, and short enough for PledgeMQ's prefixes. */
final class Names {
    static final int MAX_LENGTH = 100;
    private static final String UNDO = Transport.UNDO_PREFIX;
    private static final Pattern LEGAL = Pattern.compile("[%a-zA-Z0-9_-]{1," + MAX_LENGTH + "}");

    private Names() {}

    static String topic(String name) {
        return check("topic", name);
    }

    static String group(String name) {
        return check("consumer group", name);
    }

    static String service(String name) {
        return check("service", name);
    }

    /** The topic that carries undo orders to senders and consumers of this topic. */
    static String undoTopic(String topic) {
        return UNDO + topic;
    }

    /** The group that reads undo messages for a consumer group. */
    static String undoGroup(String group) {
        return UNDO + group;
    }

    /** The group that reads undo messages for a sender; one for each database, because each undoes its own. */
    static String senderUndoGroup(String databaseId) {
        return UNDO + "sender-" + databaseId;
    }

    private static String check(String what, String name) {
        if (name == null || !LEGAL.matcher(name).matches()) {
            throw new MessageRefusedException(
                    Reason.ILLEGAL_NAME,
                    "expected a " + what + " name of 1 to " + MAX_LENGTH + " characters of [%a-zA-Z0-9_-], actual '"
                            + name + "'; dots and spaces are not allowed, use - or _");
        }
        return name;
    }
}
