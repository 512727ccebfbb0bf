package io.pledgemq.server.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The values given so far; a later one overrides an earlier one. Not thread-safe. */
final class Layers {

    private static final Origin DEFAULT = new Origin.Default();

    private final Map<String, Given> given = new HashMap<>();
    private final Set<String> unreadable = new HashSet<>();

    private record Given(Object value, Origin origin) {}

    void put(Key key, Object value, Origin origin) {
        given.put(key.path(), new Given(value, origin));
    }

    /** Remembers that something was given for the key that is no value of it. */
    void putUnreadable(Key key) {
        unreadable.add(key.path());
    }

    boolean isUnreadable(String path) {
        return unreadable.contains(path);
    }

    Object value(Key key) {
        Given found = given.get(key.path());
        return found == null ? key.defaultValue() : found.value();
    }

    Origin origin(String path) {
        Given found = given.get(path);
        return found == null ? DEFAULT : found.origin();
    }
}
