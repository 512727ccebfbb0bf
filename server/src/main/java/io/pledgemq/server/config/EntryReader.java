package io.pledgemq.server.config;

import io.pledgemq.server.spelling.NearestName;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the keys of one mapping of a file. */
final class EntryReader {

    private final Problems problems;
    private final String path;

    /** @param path the mapping's own key as the user sees it; empty for the whole document */
    EntryReader(Problems problems, String path) {
        this.problems = problems;
        this.path = path;
    }

    /** The entries without those whose key stood there before; these are problems. */
    List<YamlNode.Entry> unique(YamlNode.Mapping mapping) {
        Map<String, YamlNode.Entry> first = new LinkedHashMap<>();
        for (YamlNode.Entry entry : mapping.entries()) {
            YamlNode.Entry before = first.putIfAbsent(entry.key(), entry);
            if (before != null) {
                problems.add(
                        entry.at(),
                        pathOf(entry.key()),
                        "is there twice; the first is at " + before.at().text());
            }
        }
        return List.copyOf(first.values());
    }

    /** @param known the keys that may stand there */
    void unknown(YamlNode.Entry entry, Collection<String> known) {
        unknown(entry, NearestName.of(entry.key(), known), known);
    }

    /** @param meant the key that the user may have meant */
    void unknown(YamlNode.Entry entry, Optional<String> meant, Collection<String> known) {
        String advice = meant.map(name -> "did you mean " + name + "?")
                .orElseGet(() -> "known here: " + String.join(", ", known));
        problems.add(entry.at(), pathOf(entry.key()), "unknown key; " + advice);
    }

    String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
