package io.pledgemq.server.config;

import java.util.List;
import java.util.stream.Collectors;

/** Writes docs/configuration.md and docs/pledgemq.example.yaml from the table of keys. */
public final class ConfigReference {

    private static final String TOP = "";

    private static final String INTRODUCTION = """
            # Configuration

            <!-- Generated: ./pledgemq config reference > docs/configuration.md -->

            The server needs no configuration. What you set, you set in one of four places; the later ones win:

            1. the defaults below;
            2. one YAML file: the one given with `--config FILE`, else `./pledgemq.yaml`, else
               `/etc/pledgemq/pledgemq.yaml`. All keys with their defaults are in
               [pledgemq.example.yaml](pledgemq.example.yaml);
            3. environment variables: `PLEDGEMQ_`, then the key in capitals with `__` for a dot and `_` for a hyphen.
               `PLEDGEMQ_DELIVERY__LONG_POLL=15s` sets `delivery.long-poll`. A list of single values is separated by
               commas; lists of topics and groups can be set in the file only. A key marked *secret* can be in a file
               that a variable with `_FILE` at its end names: `PLEDGEMQ_ALERTS__WEBHOOK_FILE=/run/secrets/webhook`;
            4. flags: `--data` is `data`, `--port` is `listen.port`.

            Keys are in kebab-case. Durations and sizes need their unit (`250ms`, `30s`, `10m`, `12h`, `40d`; `512B`,
            `16KiB`, `64MiB`, `10GiB`). A relative path starts at the working directory. An unknown key, a value out of
            range, a key that is there twice or settings that contradict each other stop the start, all of them told
            together with file, line and column; so does a variable with `__` that is no key. Other variables that begin
            with `PLEDGEMQ_` are left alone.

                ./pledgemq config check                 # 0 = fine, 2 = problems, certificates included
                ./pledgemq config show --origin         # every value and where it comes from; secrets masked

            """;

    private static final String EXAMPLE_INTRODUCTION = """
            # Every setting of a PledgeMQ server with its default; a commented one has none.
            # Copy what you change to pledgemq.yaml. Meaning and ranges: docs/configuration.md
            # Generated: ./pledgemq config reference --example > docs/pledgemq.example.yaml

            """;

    private ConfigReference() {}

    /** The whole reference in Markdown. */
    public static String markdown() {
        StringBuilder out = new StringBuilder(INTRODUCTION);
        for (String section : sections()) {
            List<Key> keys = keysOf(section);
            out.append("## ")
                    .append(section.equals(TOP) ? "Top level" : section)
                    .append("\n\n");
            table(out, keys);
            for (Key key : keys) {
                if (key.shape() == Key.Shape.RECORDS) {
                    out.append("Each element of `").append(key.path()).append("` has:\n\n");
                    table(out, key.fields());
                }
            }
        }
        return out.toString().stripTrailing() + "\n";
    }

    /** A file with every key; loading it gives the defaults. */
    public static String example() {
        StringBuilder out = new StringBuilder(EXAMPLE_INTRODUCTION);
        for (String section : sections()) {
            String indent = "";
            if (!section.equals(TOP)) {
                out.append(section).append(":\n");
                indent = "  ";
            }
            for (Key key : keysOf(section)) {
                String word = key.path().substring(key.path().lastIndexOf('.') + 1);
                String line = key.defaultText().map(text -> word + ": " + text).orElse("# " + word + ":");
                out.append(indent).append(line).append('\n');
                key.fields().forEach(field -> out.append(field(field)));
            }
            out.append('\n');
        }
        return out.toString().stripTrailing() + "\n";
    }

    private static String field(Key field) {
        String lead = field.setting().required() ? "  # - " : "  #   ";
        return lead + field.path() + ": " + field.defaultText().orElse("NAME") + "\n";
    }

    private static void table(StringBuilder out, List<Key> keys) {
        out.append("| key | default | accepts | meaning |\n|---|---|---|---|\n");
        for (Key key : keys) {
            out.append("| `")
                    .append(key.path())
                    .append("` | ")
                    .append(defaultOf(key))
                    .append(" | ")
                    .append(key.shape() == Key.Shape.RECORDS ? "a list, see below" : key.accepted())
                    .append(" | ")
                    .append(key.setting().text())
                    .append(key.setting().secret() ? " *Secret.*" : "")
                    .append(key.setting().reloadable() ? " *Taken over without a restart.*" : "")
                    .append(" |\n");
        }
        out.append('\n');
    }

    private static String defaultOf(Key key) {
        String none = key.setting().required() ? "required" : "none";
        return key.defaultText().map(text -> "`" + text + "`").orElse(none);
    }

    /** The top first, then in the order of the table. */
    private static List<String> sections() {
        return SettingTable.keys().stream()
                .map(ConfigReference::sectionOf)
                .distinct()
                .collect(Collectors.toList());
    }

    private static List<Key> keysOf(String section) {
        return SettingTable.keys().stream()
                .filter(key -> sectionOf(key).equals(section))
                .toList();
    }

    private static String sectionOf(Key key) {
        int dot = key.path().lastIndexOf('.');
        return dot < 0 ? TOP : key.path().substring(0, dot);
    }
}
