package io.pledgemq.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Topics of a running server. */
@Command(name = "topic", description = "Create, see and delete topics.")
final class TopicCommand extends AdminCommand {

    /** What may be sent to a topic. */
    enum Type {
        NORMAL,
        FIFO,
        DELAY,
        TRANSACTION
    }

    private static String path(String topic) {
        return "/topics/" + AdminClient.part(topic);
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Create a topic, or change its number of queues.")
    int create(
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--type",
                            required = true,
                            paramLabel = "TYPE",
                            description = "what may be sent to it: ${COMPLETION-CANDIDATES}")
                    Type type,
            @Option(names = "--queues", paramLabel = "N", description = "queues that clients see, 1 to 64; default: 8")
                    @Nullable
                    Integer queues,
            @Option(names = "--reason", paramLabel = "TEXT", description = "for the audit log") @Nullable String reason)
            throws CommandFailure {
        client().send(
                        "PUT",
                        path(name),
                        values("type", type.name().toUpperCase(Locale.ROOT), "queues", queues, "reason", reason));
        return out().done("topic " + name + " is there");
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List topics.")
    int list(@Option(names = "--limit", defaultValue = "1000", description = "most topics; default: 1000") int limit)
            throws CommandFailure {
        return out().list(
                        client(),
                        "/topics",
                        values(),
                        limit,
                        "name",
                        "type",
                        "queues",
                        "stored",
                        "committed",
                        "rolledBack",
                        "undecided",
                        "groups");
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Show a topic.")
    int show(@Parameters(paramLabel = "NAME") String name) throws CommandFailure {
        return out().one(client().get(path(name), values()));
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Delete a topic without subscriptions and without undecided or delayed messages.")
    int delete(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--yes", description = "do not ask") boolean yes,
            @Option(names = "--reason", paramLabel = "TEXT", description = "for the audit log") @Nullable String reason)
            throws CommandFailure {
        confirm(yes, "Topic " + name + " will be deleted with its messages.");
        client().call("DELETE", path(name), values("reason", reason), Json.object());
        return out().done("topic " + name + " is deleted");
    }
}
