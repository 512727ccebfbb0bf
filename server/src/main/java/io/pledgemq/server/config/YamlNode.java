package io.pledgemq.server.config;

import java.util.List;

/** A node of a YAML document, with its position. */
sealed interface YamlNode {

    Origin.InFile at();

    /** What it is, in words. */
    String kind();

    /** A single value, exactly as it is written, without quotes. */
    record Scalar(String text, Origin.InFile at) implements YamlNode {
        @Override
        public String kind() {
            return "a single value";
        }
    }

    /** Nothing, or null. */
    record Empty(Origin.InFile at) implements YamlNode {
        @Override
        public String kind() {
            return "nothing";
        }
    }

    /** Keys with values, in the order of the file; a key may stand there more than once. */
    record Mapping(List<Entry> entries, Origin.InFile at) implements YamlNode {
        @Override
        public String kind() {
            return "keys with values";
        }
    }

    /** Elements in the order of the file. */
    record Sequence(List<YamlNode> elements, Origin.InFile at) implements YamlNode {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /** A key, where it stands, and its value. */
    record Entry(String key, Origin.InFile at, YamlNode value) {}
}
