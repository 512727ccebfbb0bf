package io.pledgemq.cli;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Consumer groups of a running server. */
@Command(name = "group", description = "Create, change, pause, reset and delete consumer groups.")
final class GroupCommand extends AdminCommand {

    private static String path(String group) {
        return "/groups/" + AdminClient.part(group);
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Create a consumer group, or change what is given of it.")
    int create(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--fifo", negatable = true, description = "keep the order of each message group") @Nullable
                    Boolean fifo,
            @Option(names = "--max-attempts", paramLabel = "N", description = "deliveries before a dead letter")
                    @Nullable
                    Integer maxAttempts,
            @Option(
                            names = "--retry",
                            paramLabel = "POLICY",
                            description =
                                    "pauses between attempts in milliseconds, jitter in percent: fixed:PAUSE:JITTER,"
                                            + " linear:INITIAL:STEP:CAP:JITTER, exponential:INITIAL:FACTOR:CAP:JITTER or"
                                            + " list:PAUSE,PAUSE:JITTER")
                    @Nullable
                    String retry,
            @Option(
                            names = "--on-exhausted",
                            paramLabel = "park|compensate",
                            description = "what happens after the last attempt")
                    @Nullable
                    String onExhausted,
            @Option(names = "--reason", paramLabel = "TEXT", description = "for the audit log") @Nullable String reason)
            throws CommandFailure {
        client().send(
                        "PUT",
                        path(name),
                        values(
                                "fifo",
                                fifo,
                                "maxAttempts",
                                maxAttempts,
                                "retry",
                                retry,
                                "onExhausted",
                                onExhausted,
                                "reason",
                                reason));
        return out().done("group " + name + " is there");
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List consumer groups.")
    int list(@Option(names = "--limit", defaultValue = "1000", description = "most groups; default: 1000") int limit)
            throws CommandFailure {
        return out().list(
                        client(),
                        "/groups",
                        values(),
                        limit,
                        "name",
                        "fifo",
                        "maxAttempts",
                        "retry",
                        "paused",
                        "topics",
                        "lag",
                        "dead");
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Show a group with its subscriptions.")
    int show(@Parameters(paramLabel = "NAME") String name) throws CommandFailure {
        return out().one(client().get(path(name), values()));
    }

    @Command(
            name = "reset",
            mixinStandardHelpOptions = true,
            description = "Move a group's progress, so that it gets messages again or skips them.")
    int reset(
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--to",
                            required = true,
                            paramLabel = "PLACE",
                            description = "earliest, latest, an offset, or a moment such as 2021-03-09T19:54:45Z")
                    String to,
            @Option(names = "--topic", description = "of one topic only") @Nullable String topic,
            @Option(names = "--yes", description = "do not ask") boolean yes,
            @Option(names = "--reason", paramLabel = "TEXT", description = "for the audit log") @Nullable String reason)
            throws CommandFailure {
        Map<String, Object> values = new LinkedHashMap<>(values("topic", topic, "reason", reason));
        values.putAll(place(to));
        confirm(yes, "Group " + name + " gets messages again or skips some.");
        return out().one(client().send("POST", path(name) + "/reset", values));
    }

    private Map<String, Object> place(String to) {
        String word = to.toLowerCase(Locale.ROOT);
        if (word.equals("earliest") || word.equals("latest")) {
            return values("to", word);
        }
        if (to.matches("[0-9]{1,18}")) {
            return values("to", "offset", "offset", Long.valueOf(to));
        }
        try {
            return values("to", "time", "time", OffsetDateTime.parse(to).toString());
        } catch (DateTimeException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--to is '" + to + "', but must be earliest, latest, an offset, or a moment such as"
                            + " 2021-03-09T19:54:45Z",
                    e);
        }
    }

    @Command(name = "pause", mixinStandardHelpOptions = true, description = "Stop delivery to a group.")
    int pause(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--reason", paramLabel = "TEXT", description = "for the audit log") @Nullable String reason)
            throws CommandFailure {
        client().send("POST", path(name) + "/pause", values("reason", reason));
        return out().done("group " + name + " is paused; leases that are out go on");
    }

    @Command(name = "resume", mixinStandardHelpOptions = true, description = "Deliver to a paused group again.")
    int resume(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--reason", paramLabel = "TEXT", description = "for the audit log") @Nullable String reason)
            throws CommandFailure {
        client().send("POST", path(name) + "/resume", values("reason", reason));
        return out().done("group " + name + " gets messages again");
    }

    @Command(
            name = "unsubscribe",
            mixinStandardHelpOptions = true,
            description = "End a group's subscription, and forget its progress and its dead letters there.")
    int unsubscribe(
            @Parameters(paramLabel = "NAME") String name,
            @Parameters(paramLabel = "TOPIC") String topic,
            @Option(names = "--even-if-unsettled", description = "also with messages in work or open dead letters")
                    boolean evenIfUnsettled,
            @Option(names = "--yes", description = "do not ask") boolean yes,
            @Option(names = "--reason", paramLabel = "TEXT", description = "for the audit log") @Nullable String reason)
            throws CommandFailure {
        confirm(yes, "Group " + name + " forgets its progress and its dead letters of topic " + topic + ".");
        client().call(
                        "DELETE",
                        path(name) + "/subscriptions/" + AdminClient.part(topic),
                        values("evenIfUnsettled", evenIfUnsettled, "reason", reason),
                        Json.object());
        return out().done("group " + name + " does not get messages of " + topic + " any more");
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Delete a group with its progress, its dead letters and their topic.")
    int delete(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--even-if-unsettled", description = "also with messages in work or open dead letters")
                    boolean evenIfUnsettled,
            @Option(names = "--yes", description = "do not ask") boolean yes,
            @Option(names = "--reason", paramLabel = "TEXT", description = "for the audit log") @Nullable String reason)
            throws CommandFailure {
        confirm(yes, "Group " + name + " will be deleted with its progress and its dead letters.");
        client().call(
                        "DELETE",
                        path(name),
                        values("evenIfUnsettled", evenIfUnsettled, "reason", reason),
                        Json.object());
        return out().done("group " + name + " is deleted");
    }
}
