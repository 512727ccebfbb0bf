package io.pledgemq.cli;

import io.pledgemq.engine.OperatorDesk;
import io.pledgemq.engine.view.DeadLetterView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/**
 * Dead letters: of a running server, or of an engine that is not running in the directory that was named. There a
 * decision is recorded durably, and carried out when the application with its handlers runs again.
 */
@Command(
        name = "dead",
        description = {
            "List and settle dead letters.",
            "With --data or PLEDGEMQ_DATA, of a directory that no server uses: those of the engine in it."
        })
final class DeadCommand extends AdminCommand {
    /** Columns of a list, of a running server and of a stopped engine. */
    static final String[] COLUMNS = {"id", "topic", "key", "group", "status", "revision", "attempts", "since", "reason"
    };

    @Option(
            names = "--group",
            scope = ScopeType.INHERIT,
            paramLabel = "GROUP",
            description = "of this consumer group only; default: of all")
    private String group = "";

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List dead letters. Attempts start at 1 for each revision, and for a compensation.")
    int list(
            @Option(names = "--topic", paramLabel = "TOPIC", description = "of this topic only") @Nullable String topic,
            @Option(names = "--key", paramLabel = "KEY", description = "with this business key only") @Nullable
                    String key,
            @Option(
                            names = "--status",
                            paramLabel = "open|redriving|compensating",
                            description = "with this status only")
                    @Nullable
                    String status,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "1000",
                            description = "most messages; default: 1000")
                    int limit)
            throws CommandFailure, IOException {
        DeadLetterView.Status wanted = status == null ? null : status(status);
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit is " + limit + "; expected 1 or more.");
        }
        Optional<OfflineDeadLetters> offline = offline();
        if (offline.isPresent()) {
            return offline.get().list(new OfflineDeadLetters.Wanted(topic, key, wanted, limit));
        }
        return out().list(
                        client(),
                        "/dead-letters",
                        values("group", onlyGroup(), "topic", topic, "key", key, "status", lowerCase(wanted)),
                        limit,
                        COLUMNS);
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Show a dead letter with its history.")
    int show(
            @Parameters(paramLabel = "MESSAGE") String message,
            @Option(
                            names = "--body",
                            description = "what it carries, too; of an engine that does not run only, a server has"
                                    + " ./pledgemq message body")
                    boolean body)
            throws CommandFailure, IOException {
        Optional<OfflineDeadLetters> offline = offline();
        if (offline.isPresent()) {
            return offline.get().show(message, body);
        }
        if (body) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--body is for an engine that does not run; of a server: ./pledgemq message body " + message);
        }
        return out().one(client().get("/dead-letters/" + AdminClient.part(message), values()));
    }

    @Command(name = "retry", mixinStandardHelpOptions = true, description = "Deliver again, as the next revision.")
    int retry(
            @Parameters(arity = "1..*", paramLabel = "MESSAGE") List<String> messages,
            @Option(names = "--reason", paramLabel = "TEXT", description = "for the history and the audit log")
                    @Nullable
                    String reason,
            @Option(
                            names = "--even-if-old",
                            description = "apply it although its group may have forgotten whether it did already;"
                                    + " make sure first that it did not")
                    boolean evenIfOld)
            throws CommandFailure, IOException {
        Optional<OfflineDeadLetters> offline = offline();
        if (offline.isPresent()) {
            return offline.get()
                    .settle(messages, said(reason), evenIfOld ? OperatorDesk::retryEvenIfOld : OperatorDesk::retry);
        }
        return settle(
                "/dead-letters/retry",
                messages,
                values("group", onlyGroup(), "evenIfOld", evenIfOld, "reason", needed(reason)));
    }

    @Command(
            name = "edit",
            mixinStandardHelpOptions = true,
            description = "Deliver again with another body, under the same message id, as the next revision.")
    int edit(
            @Parameters(paramLabel = "MESSAGE") String message,
            @Option(names = "--body", required = true, paramLabel = "FILE", description = "the new body") Path body,
            @Option(names = "--reason", paramLabel = "TEXT", description = "for the history and the audit log")
                    @Nullable
                    String reason)
            throws CommandFailure, IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(body);
        } catch (NoSuchFileException e) {
            throw new ParameterException(spec.commandLine(), "There is no file " + body + " with the new body.", e);
        }
        Optional<OfflineDeadLetters> offline = offline();
        if (offline.isPresent()) {
            return offline.get().settle(List.of(message), said(reason), (desk, dead, by) -> desk.edit(dead, bytes, by));
        }
        String encoded = Base64.getEncoder().encodeToString(bytes);
        return out().settled(client().send(
                        "POST",
                        "/dead-letters/edit",
                        values("id", message, "group", onlyGroup(), "body", encoded, "reason", needed(reason))));
    }

    @Command(name = "skip", mixinStandardHelpOptions = true, description = "Close: the group never applies it.")
    int skip(
            @Parameters(arity = "1..*", paramLabel = "MESSAGE") List<String> messages,
            @Option(names = "--reason", paramLabel = "TEXT", description = "for the history and the audit log")
                    @Nullable
                    String reason)
            throws CommandFailure, IOException {
        return settle("/dead-letters/skip", messages, reason, OperatorDesk::skip);
    }

    @Command(
            name = "compensate",
            mixinStandardHelpOptions = true,
            description = "Give up for good and undo the sender's side.")
    int compensate(
            @Parameters(arity = "1..*", paramLabel = "MESSAGE") List<String> messages,
            @Option(names = "--reason", paramLabel = "TEXT", description = "for the history and the audit log")
                    @Nullable
                    String reason)
            throws CommandFailure, IOException {
        return settle("/dead-letters/compensate", messages, reason, OperatorDesk::compensate);
    }

    @Command(
            name = "close",
            mixinStandardHelpOptions = true,
            description = {
                "End a compensation by hand, for a group that is gone for good.",
                "Nothing is undone by it: undo the sender's side yourself first, and say so in the reason."
            })
    int close(
            @Parameters(arity = "1..*", paramLabel = "MESSAGE") List<String> messages,
            @Option(names = "--reason", paramLabel = "TEXT", description = "for the history and the audit log")
                    @Nullable
                    String reason)
            throws CommandFailure, IOException {
        return settle("/dead-letters/close", messages, needed(reason), OperatorDesk::closeCompensation);
    }

    private int settle(
            String path, List<String> messages, @Nullable String reason, OfflineDeadLetters.Settling settling)
            throws CommandFailure, IOException {
        Optional<OfflineDeadLetters> offline = offline();
        if (offline.isPresent()) {
            return offline.get().settle(messages, said(reason), settling);
        }
        Map<String, Object> values = values("group", onlyGroup(), "reason", needed(reason));
        return settle(path, messages, values);
    }

    /** Empty if a server is to be asked: one that was named, or the one that uses the directory. */
    private Optional<OfflineDeadLetters> offline() throws CommandFailure {
        CommandTarget target = target();
        if (target.namesServer() || !target.namesData()) {
            return Optional.empty();
        }
        return target.ofData().isPresent() && target.inUse()
                ? Optional.empty()
                : Optional.of(new OfflineDeadLetters(spec.commandLine(), target.data(), group, format()));
    }

    private static @Nullable String lowerCase(DeadLetterView.@Nullable Status status) {
        return status == null ? null : status.name().toLowerCase(Locale.ROOT);
    }

    private DeadLetterView.Status status(String text) {
        return Arrays.stream(DeadLetterView.Status.values())
                .filter(status -> status.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "--status is '" + text + "'; expected open, redriving or compensating."));
    }

    private @Nullable String onlyGroup() {
        return group.isEmpty() ? null : group;
    }

    private static String said(@Nullable String reason) {
        return reason == null ? "" : reason;
    }

    private String needed(@Nullable String reason) {
        if (reason == null || reason.isBlank()) {
            throw new ParameterException(
                    spec.commandLine(), "Missing required option: '--reason=TEXT', for the history and the audit log");
        }
        return reason;
    }
}
