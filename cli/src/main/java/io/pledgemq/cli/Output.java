package io.pledgemq.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;

/** Prints what the server answered: as tables for people, or as lines of JSON. */
final class Output {
    private static final int PAGE = 200;
    private static final int WIDEST = 60;
    private static final String PROPERTIES = "properties";

    private final PrintWriter out;
    private final PrintWriter err;
    private final OutputFormat format;

    Output(CommandLine line, OutputFormat format) {
        this.out = line.getOut();
        this.err = line.getErr();
        this.format = format;
    }

    /** Prints a list page by page, up to so many items; says so when there are more. */
    int list(AdminClient client, String path, Map<String, Object> query, long most, String... columns)
            throws CommandFailure {
        List<JsonNode> items = new ArrayList<>();
        Map<String, Object> asked = new TreeMap<>(query);
        String next = "";
        while (items.size() < most) {
            asked.put("limit", Math.min(PAGE, most - items.size()));
            JsonNode page = client.get(path, asked);
            page.get("items").forEach(items::add);
            next = page.path("next").asText("");
            if (page.path("next").isNull()) {
                next = "";
                break;
            }
            asked.put("cursor", next);
        }
        rows(items, columns);
        tellMore(!next.isEmpty(), most);
        return CommandLine.ExitCode.OK;
    }

    /** Prints a list, up to so many items; says so when there are more. */
    int listed(List<JsonNode> items, long most, String... columns) {
        rows(items.stream().limit(most).toList(), columns);
        tellMore(items.size() > most, most);
        return CommandLine.ExitCode.OK;
    }

    private void tellMore(boolean more, long most) {
        if (more) {
            err.println("There are more than these " + most + ": --limit N lists more.");
            err.flush();
        }
    }

    /** Prints items as rows of these fields. */
    void rows(List<JsonNode> items, String... columns) {
        if (format == OutputFormat.JSON) {
            items.forEach(out::println);
        } else {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of(columns).stream().map(Output::title).toList());
            items.forEach(item -> rows.add(List.of(columns).stream()
                    .map(column -> column.equals("id") ? shown(item.path(column)) : cut(shown(item.path(column))))
                    .toList()));
            table(rows);
        }
        out.flush();
    }

    /** What is wider than a column; whole in JSON. An id is never cut, since commands take it. */
    static String cut(String text) {
        return text.codePointCount(0, text.length()) <= WIDEST
                ? text
                : text.substring(0, text.offsetByCodePoints(0, WIDEST - 1)) + "…";
    }

    private void table(List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], Math.min(WIDEST, row.get(i).length()));
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String cell = row.get(i);
                boolean last = i == widths.length - 1;
                line.append(cell).append(last ? "" : " ".repeat(Math.max(0, widths[i] - cell.length()) + 2));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /** Prints one thing: its plain fields below each other, its lists as tables with their own fields. */
    int one(JsonNode thing) {
        if (format == OutputFormat.JSON) {
            out.println(thing);
        } else {
            fields(thing);
            lists(thing);
        }
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    private void fields(JsonNode thing) {
        thing.properties().forEach(field -> {
            JsonNode value = field.getValue();
            if (value.isObject()) {
                if (field.getKey().equals(PROPERTIES)) {
                    // Their names are a sender's own: shown as they are, apart from the fields of the message.
                    value.properties()
                            .forEach(property -> out.printf(
                                    Locale.ROOT,
                                    "%-16s  %s%n",
                                    "property",
                                    safe(property.getKey()) + "=" + shown(property.getValue())));
                } else {
                    fields(value);
                }
            } else if (!ofObjects(value)) {
                out.printf(Locale.ROOT, "%-16s  %s%n", title(field.getKey()), shown(value));
            }
        });
    }

    private void lists(JsonNode thing) {
        thing.properties().forEach(field -> {
            if (ofObjects(field.getValue())) {
                List<JsonNode> items = new ArrayList<>();
                field.getValue().forEach(items::add);
                List<String> columns = new ArrayList<>();
                items.get(0).fieldNames().forEachRemaining(columns::add);
                out.println();
                out.println(title(field.getKey()));
                rows(items, columns.toArray(String[]::new));
            }
        });
    }

    private static boolean ofObjects(JsonNode value) {
        return value.isArray() && !value.isEmpty() && value.get(0).isObject();
    }

    /** Prints what became of each message, and returns the exit code. */
    int settled(JsonNode settled) {
        for (JsonNode result : settled.get("results")) {
            if (format == OutputFormat.JSON) {
                out.println(result);
            } else {
                String group = result.path("group").isNull() ? "" : " (group " + shown(result.path("group")) + ")";
                String why = result.path("why").isNull() ? "" : ": " + shown(result.path("why"));
                out.println(shown(result.path("id")) + group + " " + shown(result.path("result")) + why);
            }
        }
        out.flush();
        if (settled.path("refused").asInt() > 0) {
            return Main.REFUSED;
        }
        return settled.path("notFound").asInt() > 0 ? Main.NOT_FOUND : CommandLine.ExitCode.OK;
    }

    /** Says that it is done. */
    int done(String what) {
        if (format == OutputFormat.JSON) {
            out.println(Json.object().put("done", true));
        } else {
            out.println(what);
        }
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    /** Prints text as it is, but for what a terminal would obey. */
    void text(String text) {
        text.lines().forEach(line -> out.println(safe(line)));
        out.flush();
    }

    private static String title(String field) {
        return field.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
    }

    private static String shown(JsonNode value) {
        if (value.isArray()) {
            List<String> parts = new ArrayList<>();
            value.forEach(part -> parts.add(part.asText()));
            return safe(String.join(",", parts));
        }
        return value.isNull() || value.isMissingNode()
                ? ""
                : safe(value.isValueNode() ? value.asText() : value.toString());
    }

    /** Keys and reasons come from strangers: nothing in them may move the cursor, begin a line or colour the screen. */
    static String safe(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == '\n' || c == '\r') {
                safe.append(' ');
                return;
            }
            boolean plain = c == '\t' || (!Character.isISOControl(c) && Character.getType(c) != Character.FORMAT);
            safe.appendCodePoint(plain ? c : '?');
        });
        return safe.toString();
    }
}
