package io.pledgemq.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pledgemq.engine.Engine;
import io.pledgemq.engine.backup.BackupManifest;
import io.pledgemq.server.backup.ServerFiles;
import io.pledgemq.server.config.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** Makes a backup: of the running server that uses the data directory, or of the directory itself. */
@Command(
        name = "backup",
        description = {
            "Copy the log up to now, the newest snapshot, and the server's keys and users, and verify the copy.",
            "The server goes on meanwhile; without one the data directory is copied. The copy holds secrets: it is"
                    + " readable by the server's user only."
        })
final class BackupCommand extends AdminCommand {
    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    @Option(
            names = "--to",
            required = true,
            paramLabel = "DIR",
            description = "directory that is empty or does not exist, on the server's machine; better on another disk")
    private Path to = Path.of("");

    @Override
    public Integer call() throws CommandFailure {
        Path target = to.toAbsolutePath().normalize();
        CommandTarget from = target();
        return from.namesServer() || from.inUse() ? online(target) : offline(from.data(), target);
    }

    private int online(Path target) throws CommandFailure {
        AdminClient client = client();
        JsonNode run = client.send("POST", "/backup", values("to", target.toString()));
        while (run.path("state").asText().equals("running")) {
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
            run = client.get("/backup", values());
        }
        if (run.path("state").asText().equals("failed")) {
            throw failed(run.path("problem").asText(), "see the server's log.");
        }
        return out().one(run);
    }

    private int offline(Path directory, Path target) throws CommandFailure {
        try (Engine engine = OfflineEngine.open(directory)) {
            say("data directory " + directory + ", which no server uses");
            BackupManifest manifest = engine.backup(target, ServerFiles.in(directory), Version.text(), bytes -> {});
            return out().one(answer("done", target, manifest));
        } catch (IOException e) {
            throw failed(CommandFailure.why(e), "nothing was changed in the data directory.");
        }
    }

    static ObjectNode answer(String state, Path place, BackupManifest manifest) {
        ObjectNode node = Json.object();
        node.put("state", state);
        node.put("to", place.toString());
        node.put("takenAt", manifest.takenAt().toString());
        node.put("version", manifest.version());
        node.put("files", manifest.files().size());
        node.put("bytes", manifest.bytes());
        node.put("position", Long.toHexString(manifest.position()));
        return node;
    }

    private static CommandFailure failed(String why, String next) {
        return new CommandFailure(ExitCode.SOFTWARE, "No backup was made.", why, next);
    }
}
