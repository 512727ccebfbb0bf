package io.pledgemq.server.http;

import java.util.List;

/**
 * One parameter of a route. Names are unique within a route, in path, query and body together.
 *
 * @param name as the caller writes it
 * @param place where it stands
 * @param kind what it may be
 * @param required whether it must be given
 * @param text what it means
 * @param choices for {@link Kind#CHOICE}: what it may be
 */
record Field(String name, Place place, Kind kind, boolean required, String text, List<String> choices) {

    static final int MAX_LIMIT = 500;
    static final int USUAL_LIMIT = 50;
    static final int MAX_IDS = 500;

    /** Where a value stands. */
    enum Place {
        PATH,
        QUERY,
        BODY
    }

    /** What a value may be. */
    enum Kind {
        /** Name of a topic or group: 1 to 127 of {@code [%a-zA-Z0-9_-]}. */
        NAME,
        /** Id of a message. */
        MESSAGE_ID,
        /** Up to 4096 characters. */
        TEXT,
        /** One of some words. */
        CHOICE,
        /** A whole number, 0 or more. */
        NUMBER,
        /** true or false. */
        FLAG,
        /** A moment: {@code 2021-03-09T19:54:45Z}. */
        TIME,
        /** Bytes in Base64. */
        BYTES,
        /** 1 to {@link #MAX_IDS} different ids of messages. */
        MESSAGE_IDS
    }

    Field {
        choices = List.copyOf(choices);
    }

    static Field path(String name, Kind kind, String text) {
        return new Field(name, Place.PATH, kind, true, text, List.of());
    }

    static Field query(String name, Kind kind, String text) {
        return new Field(name, Place.QUERY, kind, false, text, List.of());
    }

    static Field body(String name, Kind kind, String text) {
        return new Field(name, Place.BODY, kind, false, text, List.of());
    }

    static Field limit() {
        return query(
                "limit", Kind.NUMBER, "Most items in the answer, 1 to " + MAX_LIMIT + ". Default " + USUAL_LIMIT + ".");
    }

    static Field cursor() {
        return query("cursor", Kind.TEXT, "`next` of the page before; leave it out for the first page.");
    }

    /** A person's reason, where it may be left out. */
    static Field reason(Place place) {
        return new Field("reason", place, Kind.TEXT, false, "Why, for the audit log.", List.of());
    }

    Field needed() {
        return new Field(name, place, kind, true, text, choices);
    }

    Field oneOf(String... words) {
        return new Field(name, place, Kind.CHOICE, required, text, List.of(words));
    }
}
