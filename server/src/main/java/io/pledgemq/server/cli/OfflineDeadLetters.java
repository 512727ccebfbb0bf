package io.pledgemq.server.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pledgemq.engine.Engine;
import io.pledgemq.engine.OperatorDesk;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.view.DeadLetterView;
import io.pledgemq.engine.view.HistoryEvent;
import io.pledgemq.engine.view.Page;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

/**
 * Lists and settles the dead letters of an engine that is not running. Settling is recorded durably; it is carried out
 * when the application with its handlers runs again.
 */
final class OfflineDeadLetters {
    private static final int PAGE = 500;

    private final Path directory;
    private final String group;
    private final OutputFormat output;
    private final CommandLine line;
    private final PrintWriter out;
    private final PrintWriter err;

    OfflineDeadLetters(CommandLine line, Path directory, String group, OutputFormat output) {
        this.line = line;
        this.directory = directory;
        this.group = group;
        this.output = output;
        this.out = line.getOut();
        this.err = line.getErr();
    }

    /** What one person decides about a dead letter. */
    interface Settling {
        CompletableFuture<Outcome> settle(OperatorDesk desk, DeadLetterView dead, Party by);
    }

    /** Which ones are listed; null or empty is all. */
    record Wanted(@Nullable String topic, @Nullable String key, DeadLetterView.@Nullable Status status, int limit) {
        private boolean takes(DeadLetterView dead) {
            return (topic == null || topic.equals(dead.message().topic()))
                    && (key == null || dead.message().hasKey(key))
                    && (status == null || status == dead.status());
        }
    }

    int list(Wanted wanted) throws CommandFailure, IOException {
        try (Engine engine = OfflineEngine.open(directory)) {
            if (output == OutputFormat.TABLE) {
                out.printf(
                        Locale.ROOT,
                        "%-36s  %-16s  %-16s  %-12s  %8s  %8s  %s%n",
                        "message",
                        "key",
                        "group",
                        "status",
                        "revision",
                        "attempts",
                        "reason");
            }
            int listed = 0;
            for (int cursor = 0; cursor >= 0 && listed <= wanted.limit; ) {
                Page<DeadLetterView> page = engine.desk().deadLetters(group, cursor, PAGE);
                for (DeadLetterView dead : page.items()) {
                    if (wanted.takes(dead) && ++listed <= wanted.limit) {
                        print(dead);
                    }
                }
                cursor = page.next();
            }
            out.flush();
            if (listed > wanted.limit) {
                err.println("There are more than these " + wanted.limit + ": --limit N lists more.");
                err.flush();
            }
            return ExitCode.OK;
        }
    }

    int settle(List<String> messages, String reason, Settling settling) throws CommandFailure, IOException {
        Party by = Party.operator(System.getProperty("user.name", ""), reason);
        try (Engine engine = OfflineEngine.open(directory)) {
            err.println("data directory " + directory + ", which no server uses");
            err.flush();
            List<DeadLetterView> all = engine.desk()
                    .deadLettersOf(
                            group,
                            messages.stream().flatMap(OfflineDeadLetters::id).toList());
            int exitCode = ExitCode.OK;
            for (String message : messages) {
                List<DeadLetterView> found = all.stream()
                        .filter(dead -> dead.message().id().text().equals(message))
                        .toList();
                if (found.isEmpty()) {
                    printNotFound(message);
                    exitCode = Math.max(exitCode, Main.NOT_FOUND);
                }
                for (DeadLetterView dead : found) {
                    Outcome outcome = settling.settle(engine.desk(), dead, by).join();
                    boolean refused = outcome instanceof Outcome.Refused;
                    exitCode = Math.max(exitCode, refused ? Main.REFUSED : ExitCode.OK);
                    printOutcome(dead, outcome);
                }
            }
            err.flush();
            out.flush();
            return exitCode;
        }
    }

    /** One dead letter with its body and everything that happened to it; or what became of one that is settled. */
    int show(String text) throws CommandFailure, IOException {
        try (Engine engine = OfflineEngine.open(directory)) {
            List<MessageId> ids = id(text).toList();
            List<DeadLetterView> found = engine.desk().deadLettersOf(group, ids);
            List<HistoryEvent> history =
                    ids.isEmpty() ? List.of() : engine.desk().history(ids.get(0));
            if (history.isEmpty()) {
                throw new CommandFailure(
                        Main.NOT_FOUND,
                        "There is nothing to show.",
                        "the log has no message with the id " + Output.safe(text)
                                + ": it never came, or its retention is over.",
                        "./pledgemq dead list --data " + directory);
            }
            ObjectNode shown = Json.object().put("message", text);
            ArrayNode letters = shown.putArray("deadLetters");
            for (DeadLetterView dead : found) {
                // Of each: one that was edited has another body than its neighbour of the other group.
                letters.add(withContent(described(dead), dead.message()));
            }
            ArrayNode events = shown.putArray("history");
            history.forEach(event -> events.addObject()
                    .put("at", Instant.ofEpochMilli(event.wallMs()).toString())
                    .put("event", event.type().name())
                    .put("party", event.party())
                    .put("text", event.text()));
            return new Output(line, output).one(shown);
        }
    }

    private static ObjectNode withContent(ObjectNode shown, Message message) {
        ObjectNode properties = shown.putObject("properties");
        message.properties().forEach(properties::put);
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(message.body()));
            return shown.put("body", text.toString());
        } catch (CharacterCodingException e) {
            return shown.put("bodyBase64", message.body());
        }
    }

    private void printNotFound(String message) {
        String why = "no dead letter" + (group.isEmpty() ? "" : " of group '" + group + "'")
                + " has this message id; it may be settled already: ./pledgemq dead show " + Output.safe(message)
                + " --data " + directory + " tells, ./pledgemq dead list --data " + directory
                + " lists those there are";
        if (output == OutputFormat.JSON) {
            out.println(Json.object().put("message", message).put("done", false).put("refusal", why));
            out.flush();
        } else {
            err.println(Output.safe(message) + ": " + why);
        }
    }

    /** Nothing for a text that is no id of any message. */
    private static Stream<MessageId> id(String text) {
        try {
            return Stream.of(MessageId.of(text));
        } catch (IllegalArgumentException e) {
            return Stream.empty();
        }
    }

    private void print(DeadLetterView dead) {
        String key = dead.message().key() == null
                ? "-"
                : Output.cut(Output.safe(dead.message().key()));
        if (output == OutputFormat.JSON) {
            out.println(described(dead));
        } else {
            out.printf(
                    Locale.ROOT,
                    "%-36s  %-16s  %-16s  %-12s  %8d  %8d  %s%n",
                    dead.message().id(),
                    key,
                    dead.group(),
                    dead.status().name().toLowerCase(Locale.ROOT),
                    dead.revision(),
                    dead.attempts(),
                    Output.safe(dead.reason()));
        }
    }

    private static ObjectNode described(DeadLetterView dead) {
        return json(dead)
                .put("status", dead.status().name().toLowerCase(Locale.ROOT))
                .put("attempts", dead.attempts())
                .put("revision", dead.revision())
                .put("since", Instant.ofEpochMilli(dead.sinceMs()).toString())
                .put("reason", dead.reason());
    }

    private void printOutcome(DeadLetterView dead, Outcome outcome) {
        String refusal = outcome instanceof Outcome.Refused refused ? refused.text() : "";
        if (output == OutputFormat.JSON) {
            out.println(json(dead).put("done", refusal.isEmpty()).put("refusal", refusal));
        } else {
            out.println(dead.message().id() + " (group " + dead.group() + "): "
                    + (refusal.isEmpty() ? "recorded" : "refused, " + refusal + "; " + next(dead)));
        }
    }

    private String next(DeadLetterView dead) {
        return switch (dead.status()) {
            case OPEN -> "see ./pledgemq dead list --data " + directory;
            case REDRIVING -> "start the application, which applies it or parks it again";
            case COMPENSATING ->
                "start the application, which compensates it, or end that by hand: ./pledgemq dead close "
                        + dead.message().id() + " --reason TEXT --data " + directory;
        };
    }

    private static ObjectNode json(DeadLetterView dead) {
        return Json.object()
                .put("id", dead.message().id().text())
                .put("message", dead.message().id().text())
                .put("topic", dead.message().topic())
                .put("key", dead.message().key())
                .put("tag", dead.message().tag())
                .put("group", dead.group())
                .put("sizeBytes", dead.message().body().length);
    }
}
