package io.pledgemq.server.access;

import java.util.Locale;

/** What a caller wants to do. */
public enum Action {
    /** Send messages to a topic, and decide those that one prepared. */
    PUBLISH,
    /** Receive from a topic as a consumer group, acknowledge, extend, give up. Needs the topic and the group. */
    CONSUME,
    /** See states, settings and figures, but no message body. */
    ADMIN_READ,
    /** See message bodies and their properties. */
    VIEW_BODY,
    /** Create, change, delete, settle, decide for others. */
    ADMIN_WRITE;

    /** Returns the spelling of files and messages: {@code admin-read}. */
    public String spelling() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
