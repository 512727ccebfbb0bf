package io.pledgemq.cli;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** RocketMQ clients that are connected to a running server. */
@Command(name = "client", description = "See who is connected.")
final class ClientCommand extends AdminCommand {

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List connected clients.")
    int list(
            @Option(names = "--topic", description = "that use this topic only") @Nullable String topic,
            @Option(names = "--group", description = "of this consumer group only") @Nullable String group,
            @Option(names = "--limit", defaultValue = "1000", description = "most clients; default: 1000") int limit)
            throws CommandFailure {
        return out().list(
                        client(),
                        "/clients",
                        values("topic", topic, "group", group),
                        limit,
                        "id",
                        "user",
                        "type",
                        "language",
                        "version",
                        "remote",
                        "group",
                        "topics",
                        "leases",
                        "silentSeconds");
    }

    @Command(name = "threads", mixinStandardHelpOptions = true, description = "Ask a client what its threads do.")
    int threads(
            @Parameters(paramLabel = "CLIENT") String id,
            @Option(names = "--client-user", description = "user of the client, where clients prove who they are")
                    @Nullable
                    String clientUser,
            @Option(names = "--reason", paramLabel = "TEXT", description = "for the audit log") @Nullable String reason)
            throws CommandFailure {
        JsonNode answer =
                client().send("POST", "/clients/threads", values("client", id, "user", clientUser, "reason", reason));
        if (format() == OutputFormat.JSON) {
            return out().one(answer);
        }
        out().text(answer.path("threads").asText());
        return ExitCode.OK;
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = "Have a push consumer's handler work on a message now, beside all deliveries.")
    int verify(
            @Parameters(paramLabel = "CLIENT") String id,
            @Parameters(paramLabel = "MESSAGE") String message,
            @Option(names = "--client-user", description = "user of the client, where clients prove who they are")
                    @Nullable
                    String clientUser,
            @Option(names = "--reason", paramLabel = "TEXT", description = "for the audit log") @Nullable String reason)
            throws CommandFailure {
        return out().one(client().send(
                        "POST",
                        "/clients/verify",
                        values("client", id, "user", clientUser, "message", message, "reason", reason)));
    }
}
