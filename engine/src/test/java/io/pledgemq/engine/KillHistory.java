package io.pledgemq.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.engine.command.Decision;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What clients did and were answered over several runs of an engine, with checks of what must never follow. Lines come
 * in the order in which they happened to each message.
 *
 * <pre>
 * prepared ID TRANSACTION    the engine has answered
 * deciding ID DECISION       it is about to be asked
 * decided ID DECISION        it has answered
 * received ID
 * acked ID                   it has answered
 * </pre>
 */
final class KillHistory {
    /** A line without it was cut by the kill. */
    static final String END = ";";

    final Map<String, Long> prepared = new HashMap<>();
    final Map<String, Decision> asked = new HashMap<>();
    final Map<String, Decision> decided = new HashMap<>();
    final Set<String> received = new HashSet<>();
    final Set<String> acked = new HashSet<>();
    private int lines;

    int lines() {
        return lines;
    }

    /** Adds one line; fails if it must not follow the lines before it. */
    void add(String line) {
        if (!line.endsWith(END)) {
            return;
        }
        lines++;
        String[] words = line.substring(0, line.length() - END.length()).split(" ", -1);
        String id = words[1];
        switch (words[0]) {
            case "prepared" ->
                assertThat(prepared.put(id, Long.parseLong(words[2]))).as(line).isNull();
            case "deciding" -> asked.put(id, Decision.valueOf(words[2]));
            case "decided" -> decided.put(id, Decision.valueOf(words[2]));
            case "received" -> received(id);
            case "acked" -> acked.add(id);
            default -> throw new AssertionError("no such line: " + line);
        }
    }

    void received(String id) {
        assertThat(asked.get(id))
                .as("decision that was asked for on delivered %s", id)
                .isEqualTo(Decision.COMMIT);
        assertThat(acked).as("acknowledged, and delivered again").doesNotContain(id);
        received.add(id);
    }
}
