package io.pledgemq.server.config;

import io.pledgemq.server.spelling.NearestName;
import java.util.List;
import java.util.Optional;

/** Assigns the values of a document to their keys. */
final class FileLayer {

    private final Layers layers;
    private final Problems problems;
    private final ValueReader values;

    FileLayer(Layers layers, Problems problems) {
        this.layers = layers;
        this.problems = problems;
        this.values = new ValueReader(problems);
    }

    /** @param path the section that the node stands for; empty for the whole document */
    void read(YamlNode node, String path) {
        if (node instanceof YamlNode.Empty) {
            // A section whose keys are all commented out.
            return;
        }
        if (!(node instanceof YamlNode.Mapping mapping)) {
            problems.add(node.at(), path, "expected keys with values such as listen, found " + node.kind());
            return;
        }
        EntryReader entries = new EntryReader(problems, path);
        for (YamlNode.Entry entry : entries.unique(mapping)) {
            String inner = entries.pathOf(entry.key());
            Optional<Key> key = SettingTable.find(inner);
            if (key.isPresent()) {
                value(key.get(), entry);
            } else if (SettingTable.isSection(inner)) {
                read(entry.value(), inner);
            } else {
                unknown(entries, entry, path);
            }
        }
    }

    private void value(Key key, YamlNode.Entry entry) {
        Optional<Object> value = values.ofNode(key, key.path(), entry.value());
        value.ifPresentOrElse(read -> layers.put(key, read, entry.value().at()), () -> layers.putUnreadable(key));
    }

    private static void unknown(EntryReader entries, YamlNode.Entry entry, String path) {
        List<String> here = SettingTable.wordsAfter(path.isEmpty() ? "" : path + ".");
        // Perhaps it belongs elsewhere: port at the top is listen.port.
        Optional<String> meant = NearestName.of(entry.key(), here).or(() -> SettingTable.keys().stream()
                .map(Key::path)
                .filter(candidate -> candidate.endsWith("." + entry.key()))
                .findFirst());
        entries.unknown(entry, meant, here);
    }
}
