package io.pledgemq.server.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pledgemq.engine.Engine;
import io.pledgemq.engine.OperatorDesk;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.view.DeadLetterView;
import io.pledgemq.engine.view.Page;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * Lists and settles the dead letters of an engine that is not running. Settling is recorded durably; it is carried out
 * when the application with its handlers runs again.
 */
@Command(
        name = "dead",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "List and settle dead letters of an engine that is not running.",
        footer = {"", "Exit codes: 0 done, 1 failed, 2 wrong use, 3 no such dead letter, 4 refused."})
final class DeadCommand implements Runnable {

    /** At least one dead letter was not settled because it is not open. */
    static final int REFUSED = 4;

    private static final int PAGE = 500;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--data",
            scope = ScopeType.INHERIT,
            paramLabel = "DIR",
            description = "data directory of the engine")
    private @Nullable Path data;

    @Option(
            names = "--group",
            scope = ScopeType.INHERIT,
            paramLabel = "GROUP",
            description = "of this consumer group only; default: of all")
    private String group = "";

    @Option(
            names = "-o",
            scope = ScopeType.INHERIT,
            paramLabel = "table|json",
            description = "output format; json: one line each; default: table")
    private OutputFormat output = OutputFormat.TABLE;

    /** What one person decides about a dead letter. */
    private interface Settling {
        CompletableFuture<Outcome> settle(OperatorDesk desk, DeadLetterView dead, Party by);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which dead command?");
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List dead letters.")
    int list() throws CommandFailure, IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (Engine engine = OfflineEngine.open(directory())) {
            List<DeadLetterView> all = deadLetters(engine.desk());
            if (output == OutputFormat.TABLE) {
                out.printf(
                        "%-36s  %-16s  %-16s  %-12s  %8s  %s%n",
                        "message", "key", "group", "status", "attempts", "reason");
            }
            all.forEach(dead -> print(dead, out));
            out.flush();
            return ExitCode.OK;
        }
    }

    @Command(
            name = "retry",
            mixinStandardHelpOptions = true,
            description = "Deliver again, as the next revision, when the application runs again.")
    int retry(
            @Parameters(arity = "1..*", paramLabel = "MESSAGE") List<String> messages,
            @Option(names = "--reason", defaultValue = "", description = "for the message's history") String reason,
            @Option(
                            names = "--even-if-old",
                            description = "apply it although its group may have forgotten whether it did already;"
                                    + " make sure first that it did not")
                    boolean evenIfOld)
            throws CommandFailure, IOException {
        return settle(messages, reason, evenIfOld ? OperatorDesk::retryEvenIfOld : OperatorDesk::retry);
    }

    @Command(
            name = "edit",
            mixinStandardHelpOptions = true,
            description = "Deliver again with another body, under the same message id, as the next revision.")
    int edit(
            @Parameters(paramLabel = "MESSAGE") String message,
            @Option(names = "--body", required = true, paramLabel = "FILE", description = "the new body") Path body,
            @Option(names = "--reason", defaultValue = "", description = "for the message's history") String reason)
            throws CommandFailure, IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(body);
        } catch (NoSuchFileException e) {
            throw new ParameterException(spec.commandLine(), "There is no file " + body + " with the new body.", e);
        }
        return settle(List.of(message), reason, (desk, dead, by) -> desk.edit(dead, bytes, by));
    }

    @Command(name = "skip", mixinStandardHelpOptions = true, description = "Close: the group never applies it.")
    int skip(
            @Parameters(arity = "1..*", paramLabel = "MESSAGE") List<String> messages,
            @Option(names = "--reason", defaultValue = "", description = "for the message's history") String reason)
            throws CommandFailure, IOException {
        return settle(messages, reason, OperatorDesk::skip);
    }

    @Command(
            name = "compensate",
            mixinStandardHelpOptions = true,
            description = "Give up for good and undo the sender's side, when the application runs again.")
    int compensate(
            @Parameters(arity = "1..*", paramLabel = "MESSAGE") List<String> messages,
            @Option(names = "--reason", defaultValue = "", description = "for the message's history") String reason)
            throws CommandFailure, IOException {
        return settle(messages, reason, OperatorDesk::compensate);
    }

    private int settle(List<String> messages, String reason, Settling settling) throws CommandFailure, IOException {
        PrintWriter out = spec.commandLine().getOut();
        Party by = Party.operator(System.getProperty("user.name", ""), reason);
        try (Engine engine = OfflineEngine.open(directory())) {
            List<DeadLetterView> all = deadLetters(engine.desk());
            int exitCode = ExitCode.OK;
            for (String message : messages) {
                List<DeadLetterView> found = all.stream()
                        .filter(dead -> dead.message().id().text().equals(message))
                        .toList();
                if (found.isEmpty()) {
                    spec.commandLine()
                            .getErr()
                            .println("No dead letter has the message id " + message
                                    + ". All of them: ./pledgemq dead list --data " + directory());
                    exitCode = Math.max(exitCode, Main.NOT_FOUND);
                }
                for (DeadLetterView dead : found) {
                    Outcome outcome = settling.settle(engine.desk(), dead, by).join();
                    boolean refused = outcome instanceof Outcome.Refused;
                    exitCode = Math.max(exitCode, refused ? REFUSED : ExitCode.OK);
                    printOutcome(dead, outcome, out);
                }
            }
            spec.commandLine().getErr().flush();
            out.flush();
            return exitCode;
        }
    }

    private List<DeadLetterView> deadLetters(OperatorDesk desk) {
        List<DeadLetterView> all = new ArrayList<>();
        for (int cursor = 0; cursor >= 0; ) {
            Page<DeadLetterView> page = desk.deadLetters(group, cursor, PAGE);
            all.addAll(page.items());
            cursor = page.next();
        }
        return all;
    }

    private Path directory() {
        if (data == null) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '--data=DIR'");
        }
        return data;
    }

    private void print(DeadLetterView dead, PrintWriter out) {
        String key = String.valueOf(dead.message().key());
        if (output == OutputFormat.JSON) {
            out.println(json(dead)
                    .put("status", dead.status().name().toLowerCase(Locale.ROOT))
                    .put("attempts", dead.attempts())
                    .put("revision", dead.revision())
                    .put("since", Instant.ofEpochMilli(dead.sinceMs()).toString())
                    .put("reason", dead.reason()));
        } else {
            out.printf(
                    Locale.ROOT,
                    "%-36s  %-16s  %-16s  %-12s  %8d  %s%n",
                    dead.message().id(),
                    key,
                    dead.group(),
                    dead.status().name().toLowerCase(Locale.ROOT),
                    dead.attempts(),
                    dead.reason());
        }
    }

    private void printOutcome(DeadLetterView dead, Outcome outcome, PrintWriter out) {
        String refusal = outcome instanceof Outcome.Refused refused ? refused.text() : "";
        if (output == OutputFormat.JSON) {
            out.println(json(dead).put("done", refusal.isEmpty()).put("refusal", refusal));
        } else {
            out.println(dead.message().id() + " (group " + dead.group() + "): "
                    + (refusal.isEmpty() ? "recorded" : "refused, " + refusal));
        }
    }

    private static ObjectNode json(DeadLetterView dead) {
        return Json.object()
                .put("message", dead.message().id().text())
                .put("topic", dead.message().topic())
                .put("key", dead.message().key())
                .put("group", dead.group());
    }
}
