package io.pledgemq.server.config;

import io.pledgemq.server.spelling.NearestName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Puts the values of environment variables where they belong: {@code PLEDGEMQ_}, then the key in capitals with
 * {@code __} for a dot and {@code _} for a hyphen. A secret may be in a file that {@code PLEDGEMQ_…_FILE} names.
 *
 * <p>A variable with {@code __} that is no key is a problem. Others are left alone unless they look like a key with an
 * underscore too few: Kubernetes and the launcher have variables with the same prefix.
 */
final class EnvironmentLayer {

    private static final String FILE_SUFFIX = "_FILE";
    private static final int MAX_SECRET_BYTES = 64 << 10;

    private final Layers layers;
    private final Problems problems;
    private final ValueReader values;
    private final Map<String, Key> keys = new LinkedHashMap<>();
    private final Map<String, Key> secretFiles = new LinkedHashMap<>();

    EnvironmentLayer(Layers layers, Problems problems) {
        this.layers = layers;
        this.problems = problems;
        this.values = new ValueReader(problems);
        for (Key key : SettingTable.keys()) {
            keys.put(key.variable(), key);
            if (key.setting().secret()) {
                secretFiles.put(key.variable() + FILE_SUFFIX, key);
            }
        }
    }

    void read(Map<String, String> environment) {
        new TreeMap<>(environment).forEach((variable, text) -> {
            if (!variable.startsWith(Key.VARIABLE_PREFIX)) {
                return;
            }
            Origin origin = new Origin.Environment(variable);
            if (keys.containsKey(variable)) {
                value(keys.get(variable), text, origin);
            } else if (secretFiles.containsKey(variable)) {
                secret(secretFiles.get(variable), text, origin);
            } else {
                unknown(variable, origin);
            }
        });
    }

    private void value(Key key, String text, Origin origin) {
        if (!key.hasVariable()) {
            problems.add(origin, key.path(), "can be set in the file only");
            return;
        }
        if (layers.origin(key.path()) instanceof Origin.Environment other) {
            problems.add(origin, key.path(), "is set by " + other.variable() + " too; set one of the two");
        }
        values.ofText(key, text, origin)
                .ifPresentOrElse(value -> layers.put(key, value, origin), () -> layers.putUnreadable(key));
    }

    private void secret(Key key, String file, Origin origin) {
        try {
            Path path = Path.of(file);
            if (Files.size(path) > MAX_SECRET_BYTES) {
                problems.add(origin, key.path(), file + " is larger than 64KiB, so it is no secret");
                return;
            }
            value(key, Files.readString(path), origin);
        } catch (IOException | InvalidPathException e) {
            problems.add(origin, key.path(), "the file with the secret cannot be read: " + e);
            layers.putUnreadable(key);
        }
    }

    private void unknown(String variable, Origin origin) {
        for (Key key : SettingTable.keys()) {
            if (!key.hasVariable() && variable.startsWith(key.variable() + "__")) {
                problems.add(origin, key.path(), "can be set in the file only");
                return;
            }
        }
        Optional<String> sameWords = keys.keySet().stream()
                .filter(known -> known.replace("__", "_").equals(variable.replace("__", "_")))
                .findFirst();
        if (sameWords.isEmpty()
                && !variable.substring(Key.VARIABLE_PREFIX.length()).contains("__")) {
            return;
        }
        List<String> known = new ArrayList<>(keys.keySet());
        known.addAll(secretFiles.keySet());
        String advice = sameWords
                .or(() -> NearestName.of(variable, known))
                .map(name -> "; did you mean " + name + "?")
                .orElse("; all keys: ./pledgemq config show");
        problems.add(origin, "", "stands for no key" + advice);
    }
}
