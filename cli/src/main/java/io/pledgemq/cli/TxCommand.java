package io.pledgemq.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Undecided half messages of a running server. */
@Command(name = "tx", description = "See and decide undecided half messages.")
final class TxCommand extends AdminCommand {

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List undecided half messages.")
    int list(
            @Option(names = "--topic", description = "of this topic only") @Nullable String topic,
            @Option(names = "--key", description = "with this business key only") @Nullable String key,
            @Option(names = "--parked", negatable = true, description = "only those whose checks are exhausted")
                    @Nullable
                    Boolean parked,
            @Option(
                            names = "--before",
                            paramLabel = "TIME",
                            description = "prepared before this moment only, such as 2021-03-09T19:54:45Z")
                    @Nullable
                    String before,
            @Option(names = "--limit", defaultValue = "1000", description = "most messages; default: 1000") int limit)
            throws CommandFailure {
        return out().list(
                        client(),
                        "/transactions",
                        values("topic", topic, "key", key, "parked", parked, "before", before),
                        limit,
                        "id",
                        "topic",
                        "key",
                        "state",
                        "checks",
                        "preparedAt",
                        "nextCheckSeconds");
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Show a half message with its history.")
    int show(@Parameters(paramLabel = "MESSAGE") String message) throws CommandFailure {
        return out().one(client().get("/transactions/" + AdminClient.part(message), values()));
    }

    @Command(name = "check", mixinStandardHelpOptions = true, description = "Ask the senders again, parked or not.")
    int check(
            @Parameters(arity = "1..*", paramLabel = "MESSAGE") List<String> messages,
            @Option(names = "--reason", paramLabel = "TEXT", description = "for the audit log") @Nullable String reason)
            throws CommandFailure {
        return settle("/transactions/check", messages, values("reason", reason));
    }

    @Command(name = "commit", mixinStandardHelpOptions = true, description = "Commit in place of the senders.")
    int commit(
            @Parameters(arity = "1..*", paramLabel = "MESSAGE") List<String> messages,
            @Option(
                            names = "--reason",
                            paramLabel = "TEXT",
                            required = true,
                            description = "for the history and the audit log")
                    String reason)
            throws CommandFailure {
        return settle("/transactions/commit", messages, values("reason", reason));
    }

    @Command(name = "rollback", mixinStandardHelpOptions = true, description = "Roll back in place of the senders.")
    int rollback(
            @Parameters(arity = "1..*", paramLabel = "MESSAGE") List<String> messages,
            @Option(
                            names = "--reason",
                            paramLabel = "TEXT",
                            required = true,
                            description = "for the history and the audit log")
                    String reason)
            throws CommandFailure {
        return settle("/transactions/rollback", messages, values("reason", reason));
    }
}
