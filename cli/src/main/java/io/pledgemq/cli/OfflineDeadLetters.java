package io.pledgemq.cli;

import com.fasterxml.jackson.databind.JsonNode;
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
import io.pledgemq.server.http.DeadLetterForms;
import io.pledgemq.server.http.DeadLetterForms.Became;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

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
    private final PrintWriter err;

    OfflineDeadLetters(CommandLine line, Path directory, String group, OutputFormat output) {
        this.line = line;
        this.directory = directory;
        this.group = group;
        this.output = output;
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
            List<JsonNode> listed = new ArrayList<>();
            for (int cursor = 0; cursor >= 0 && listed.size() <= wanted.limit; ) {
                Page<DeadLetterView> page = engine.desk().deadLetters(group, cursor, PAGE);
                page.items().stream()
                        .filter(wanted::takes)
                        .map(DeadLetterForms::of)
                        .forEach(listed::add);
                cursor = page.next();
            }
            return new Output(line, output).listed(listed, wanted.limit, DeadCommand.COLUMNS);
        }
    }

    int settle(List<String> messages, String reason, Settling settling) throws CommandFailure, IOException {
        Party by = Party.operator(System.getProperty("user.name", ""), reason);
        try (Engine engine = OfflineEngine.open(directory)) {
            err.println("data directory " + directory
                    + ", which no server uses: what is done is recorded, and carried out when the application runs");
            err.flush();
            List<DeadLetterView> all = engine.desk()
                    .deadLettersOf(
                            group,
                            messages.stream().flatMap(OfflineDeadLetters::id).toList());
            List<Became> became = new ArrayList<>();
            for (String message : messages) {
                List<DeadLetterView> found = all.stream()
                        .filter(dead -> dead.message().id().text().equals(message))
                        .toList();
                if (found.isEmpty()) {
                    became.add(new Became(message, null, null, notFound(message)));
                }
                for (DeadLetterView dead : found) {
                    Outcome outcome = settling.settle(engine.desk(), dead, by).join();
                    became.add(new Became(message, dead.group(), outcome, next(dead)));
                }
            }
            return new Output(line, output).settled(DeadLetterForms.settled(became));
        }
    }

    /**
     * One dead letter with everything that happened to it; or what became of one that is settled.
     *
     * @param body with what it carries, too
     */
    int show(String text, boolean body) throws CommandFailure, IOException {
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
            JsonNode shown = DeadLetterForms.of(found, history);
            for (int i = 0; body && i < found.size(); i++) {
                // Of each: one that was edited has another body than its neighbour of the other group.
                withContent(
                        (ObjectNode) shown.get("deadLetters").get(i),
                        found.get(i).message());
            }
            return new Output(line, output).one(shown);
        }
    }

    private static void withContent(ObjectNode shown, Message message) {
        ObjectNode properties = shown.putObject("properties");
        message.properties().forEach(properties::put);
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(message.body()));
            shown.put("body", text.toString());
        } catch (CharacterCodingException e) {
            shown.put("bodyBase64", message.body());
        }
    }

    private String notFound(String message) {
        return "no dead letter" + (group.isEmpty() ? "" : " of group '" + group + "'")
                + " has this message id; it may be settled already: ./pledgemq dead show " + message + " --data "
                + directory + " tells, ./pledgemq dead list --data " + directory + " lists those there are";
    }

    /** Nothing for a text that is no id of any message. */
    private static Stream<MessageId> id(String text) {
        try {
            return Stream.of(MessageId.of(text));
        } catch (IllegalArgumentException e) {
            return Stream.empty();
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
}
