package io.pledgemq.server.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The text of one line of the audit log: a JSON object. Whatever a terminal or an editor would obey instead of showing
 * (control characters, line separators, text direction, broken surrogates) is shown as its code; the rest, Chinese
 * reasons too, stays readable.
 */
final class AuditLine {

    /** Longest value kept, in characters; the rest is cut off and marked. */
    static final int MAX_LENGTH = 1_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private AuditLine() {}

    static String of(Instant time, AuditEntry entry) {
        ObjectNode line = JSON.createObjectNode();
        line.put("time", time.toString());
        put(line, "who", entry.who());
        line.put("from", entry.from().getHostAddress());
        put(line, "action", entry.action());
        put(line, "resource", entry.resource());
        line.put("result", entry.result().spelling());
        put(line, "reason", entry.detail().reason());
        put(line, "before", entry.detail().before());
        put(line, "after", entry.detail().after());
        return line + "\n";
    }

    /** Returns a line of the log about itself: how many entries it stands for. */
    static String ofCount(Instant time, String action, long count, Instant since) {
        ObjectNode line = JSON.createObjectNode();
        line.put("time", time.toString());
        line.put("who", "(audit)");
        line.put("action", action);
        line.put("count", count);
        line.put("since", since.toString());
        return line + "\n";
    }

    private static void put(ObjectNode line, String name, @Nullable String value) {
        if (value != null) {
            line.put(name, shown(value));
        }
    }

    private static String shown(String value) {
        StringBuilder text = new StringBuilder();
        value.codePoints().limit(MAX_LENGTH).forEach(c -> append(text, c));
        if (value.codePointCount(0, value.length()) > MAX_LENGTH) {
            text.append("...");
        }
        return text.toString();
    }

    private static void append(StringBuilder text, int c) {
        switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE ->
                text.append("<").append(HexFormat.of().toHexDigits(c, 6)).append(">");
            default -> text.appendCodePoint(c);
        }
    }
}
