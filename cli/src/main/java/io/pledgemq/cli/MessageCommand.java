package io.pledgemq.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Messages of a running server. */
@Command(name = "message", description = "Find messages and see what happened to them.")
final class MessageCommand extends AdminCommand {

    @Command(
            name = "find",
            mixinStandardHelpOptions = true,
            description = "Find messages by id, key, topic and time; the newest first.")
    int find(
            @Option(names = "--id", description = "with this id") @Nullable String id,
            @Option(names = "--key", description = "with this business key") @Nullable String key,
            @Option(names = "--topic", description = "of this topic") @Nullable String topic,
            @Option(names = "--from", paramLabel = "TIME", description = "stored then or later") @Nullable String from,
            @Option(names = "--to", paramLabel = "TIME", description = "stored then or earlier") @Nullable String to,
            @Option(names = "--limit", defaultValue = "100", description = "most messages; default: 100") int limit)
            throws CommandFailure {
        if (id == null && key == null && topic == null) {
            throw new ParameterException(spec.commandLine(), "Give at least one of --id, --key and --topic.");
        }
        return out().list(
                        client(),
                        "/messages",
                        values("id", id, "key", key, "topic", topic, "from", from, "to", to),
                        limit,
                        "id",
                        "topic",
                        "key",
                        "status",
                        "storedAt",
                        "sizeBytes");
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Show a message with everything that happened to it.")
    int show(@Parameters(paramLabel = "MESSAGE") String message) throws CommandFailure {
        return out().one(client().get("/messages/" + AdminClient.part(message), values()));
    }

    @Command(
            name = "body",
            mixinStandardHelpOptions = true,
            description = "Show a message's properties and body; written to the audit log.")
    int body(
            @Parameters(paramLabel = "MESSAGE") String message,
            @Option(names = "--to-file", paramLabel = "FILE", description = "write the bytes there, not over a file")
                    @Nullable
                    Path file)
            throws CommandFailure {
        JsonNode answer = client().get("/messages/" + AdminClient.part(message) + "/body", values());
        if (file == null) {
            return out().one(answer);
        }
        try {
            Files.write(file, Base64.getDecoder().decode(answer.get("body").asText()), StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.SOFTWARE, "Cannot write " + file + ".", CommandFailure.why(e), "name a new file.");
        }
        return out().done("written to " + file);
    }
}
