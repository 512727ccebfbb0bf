package io.pledgemq.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.pledgemq.engine.command.MessageId;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads a call's values from its path, query and body, and checks them against the route's fields. */
final class Values {
    private static final Pattern NAME = Pattern.compile("[%a-zA-Z0-9_-]{1,127}");
    private static final int MAX_TEXT = 4_096;

    private final Route route;
    private final Map<String, Object> read = new HashMap<>();

    Values(Route route) {
        this.route = route;
    }

    /** Percent-decodes a part of a path or query. */
    static String decoded(String part) throws AdminProblem {
        try {
            return URLDecoder.decode(part, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw AdminProblem.illegal("the URL has a broken % escape.", "write % as %25 in it.");
        }
    }

    void path(Map<String, String> segments) throws AdminProblem {
        for (Map.Entry<String, String> segment : segments.entrySet()) {
            // A plus in a path is a plus.
            text(Field.Place.PATH, segment.getKey(), decoded(segment.getValue().replace("+", "%2B")));
        }
    }

    void query(String query) throws AdminProblem {
        if (query.isEmpty()) {
            return;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            text(Field.Place.QUERY, name, equals < 0 ? "" : decoded(pair.substring(equals + 1)));
        }
    }

    void body(JsonNode body) throws AdminProblem {
        if (!body.isObject()) {
            throw AdminProblem.illegal("the body is no JSON object.", "send an object, {} if there is nothing to say.");
        }
        for (Map.Entry<String, JsonNode> property : body.properties()) {
            Field field = field(Field.Place.BODY, property.getKey());
            if (!property.getValue().isNull()) {
                put(field, ofJson(field, property.getValue()));
            }
        }
    }

    Map<String, Object> complete() throws AdminProblem {
        for (Field field : route.fields()) {
            if (field.required() && !read.containsKey(field.name())) {
                throw AdminProblem.illegal(
                        field.name() + " is missing: " + field.text(), "give it in the " + place(field) + ".");
            }
        }
        return read;
    }

    private void text(Field.Place place, String name, String text) throws AdminProblem {
        Field field = field(place, name);
        if (!text.isEmpty() || field.required()) {
            put(field, ofText(field, text));
        }
    }

    private Field field(Field.Place place, String name) throws AdminProblem {
        List<String> known = new ArrayList<>();
        for (Field field : route.fields()) {
            if (field.place() == place && field.name().equals(name)) {
                return field;
            }
            if (field.place() == place) {
                known.add(field.name());
            }
        }
        throw AdminProblem.illegal(
                "there is no field '" + shown(name) + "' in the " + place.name().toLowerCase(Locale.ROOT) + " of "
                        + route.operation() + ".",
                known.isEmpty() ? "leave it out." : "use some of " + String.join(", ", known) + ".");
    }

    private void put(Field field, Object value) throws AdminProblem {
        if (read.put(field.name(), value) != null) {
            throw AdminProblem.illegal(field.name() + " is given twice.", "give it once.");
        }
    }

    private Object ofText(Field field, String text) throws AdminProblem {
        return switch (field.kind()) {
            case NAME -> name(field, text);
            case MESSAGE_ID -> id(field, text);
            case TEXT -> limited(field, text);
            case CHOICE -> choice(field, text);
            case NUMBER -> number(field, text);
            case FLAG -> flag(field, text);
            case TIME -> time(field, text);
            case BYTES -> bytes(field, text);
            case MESSAGE_IDS -> throw wrong(field, "a list");
        };
    }

    private Object ofJson(Field field, JsonNode value) throws AdminProblem {
        return switch (field.kind()) {
            case NUMBER -> {
                if (!value.canConvertToLong() || !value.isIntegralNumber() || value.asLong() < 0) {
                    throw wrong(field, "a whole number, 0 or more");
                }
                yield value.asLong();
            }
            case FLAG -> {
                if (!value.isBoolean()) {
                    throw wrong(field, "true or false");
                }
                yield value.asBoolean();
            }
            case MESSAGE_IDS -> ids(field, value);
            default -> {
                if (!value.isTextual()) {
                    throw wrong(field, "text");
                }
                yield ofText(field, value.asText());
            }
        };
    }

    private static List<MessageId> ids(Field field, JsonNode value) throws AdminProblem {
        if (!value.isArray() || value.isEmpty() || value.size() > Field.MAX_IDS) {
            throw wrong(field, "a list of 1 to " + Field.MAX_IDS + " ids of messages");
        }
        List<MessageId> ids = new ArrayList<>();
        for (JsonNode item : value) {
            MessageId id = id(field, item.isTextual() ? item.asText() : "");
            if (ids.contains(id)) {
                throw wrong(field, "a list of different ids; " + id + " is there twice");
            }
            ids.add(id);
        }
        return List.copyOf(ids);
    }

    private static String name(Field field, String text) throws AdminProblem {
        if (!NAME.matcher(text).matches()) {
            throw wrong(field, "a name: 1 to 127 of [%a-zA-Z0-9_-]");
        }
        return text;
    }

    private static MessageId id(Field field, String text) throws AdminProblem {
        try {
            return MessageId.of(text);
        } catch (IllegalArgumentException e) {
            throw wrong(field, "an id of a message: 1 to " + MessageId.MAX_LENGTH + " visible ASCII characters");
        }
    }

    private static String limited(Field field, String text) throws AdminProblem {
        if (text.length() > MAX_TEXT) {
            throw wrong(field, "at most " + MAX_TEXT + " characters, it has " + text.length());
        }
        if (field.required() && text.isBlank()) {
            throw wrong(field, "text that says something, it is blank");
        }
        return text;
    }

    private static String choice(Field field, String text) throws AdminProblem {
        if (!field.choices().contains(text)) {
            throw wrong(field, "one of " + String.join(", ", field.choices()));
        }
        return text;
    }

    private static Long number(Field field, String text) throws AdminProblem {
        try {
            if (text.startsWith("-") || text.startsWith("+")) {
                throw wrong(field, "a whole number, 0 or more");
            }
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            throw wrong(field, "a whole number, 0 or more");
        }
    }

    private static Boolean flag(Field field, String text) throws AdminProblem {
        if (!text.equals("true") && !text.equals("false")) {
            throw wrong(field, "true or false");
        }
        return Boolean.valueOf(text);
    }

    private static Instant time(Field field, String text) throws AdminProblem {
        try {
            // Through milliseconds: what does not fit them is no moment that the engine can have.
            return Instant.ofEpochMilli(OffsetDateTime.parse(text).toInstant().toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            throw wrong(field, "a moment such as 2021-03-09T19:54:45Z");
        }
    }

    private static byte[] bytes(Field field, String text) throws AdminProblem {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw wrong(field, "Base64");
        }
    }

    private static AdminProblem wrong(Field field, String expected) {
        return AdminProblem.illegal(
                field.name() + " in the " + place(field) + " is not as expected.", "give " + expected + ".");
    }

    private static String place(Field field) {
        return field.place().name().toLowerCase(Locale.ROOT);
    }

    private static String shown(String name) {
        String plain = name.replaceAll("[^!-~]", "?");
        return plain.length() > 64 ? plain.substring(0, 64) + "..." : plain;
    }
}
