package io.pledgemq.cli;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.EngineConfig;
import io.pledgemq.engine.io.DataDirectoryInUseException;
import io.pledgemq.engine.log.LogException;
import io.pledgemq.engine.log.LogFullException;
import io.pledgemq.engine.log.UnsupportedFormatException;
import io.pledgemq.engine.recovery.RecoveryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine.ExitCode;

/** Opens the engine of a data directory that no process uses. Never makes a new one. */
final class OfflineEngine {

    private OfflineEngine() {}

    static Engine open(Path data) throws CommandFailure {
        Path directory = data.toAbsolutePath().normalize();
        if (!holdsLog(directory)) {
            throw new CommandFailure(
                    Main.NOT_FOUND,
                    "Cannot open an engine.",
                    directory + (Files.exists(directory) ? " holds no log." : " is not there."),
                    "give the data directory of an engine with --data.");
        }
        try {
            return Engine.open(directory, EngineConfig.defaults());
        } catch (DataDirectoryInUseException e) {
            throw failed(
                    directory,
                    e,
                    "if that process is a server, work through it: add --endpoint " + CommandTarget.DEFAULT_ENDPOINT
                            + " (or where it listens); else stop it first.");
        } catch (LogFullException e) {
            throw failed(directory, e, "free space on its disk.");
        } catch (UnsupportedFormatException e) {
            throw failed(directory, e, "use the PledgeMQ that wrote it.");
        } catch (LogException | RecoveryException e) {
            throw failed(directory, e, "./pledgemq log verify --data " + directory);
        } catch (IOException e) {
            throw failed(directory, e, "check the path, its permissions and the disk.");
        }
    }

    /** Looked at without a lock, which would leave its files in a directory that is no engine's. */
    static boolean holdsLog(Path directory) throws CommandFailure {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (Stream<Path> files = Files.list(directory)) {
            // In whatever digits: opening it renames those that another locale wrote.
            return files.map(file -> file.getFileName().toString())
                    .anyMatch(name -> name.startsWith("segment-") && name.endsWith(".log"));
        } catch (IOException e) {
            throw failed(directory, e, "check the path and its permissions.");
        }
    }

    private static CommandFailure failed(Path directory, Exception e, String next) {
        return new CommandFailure(
                ExitCode.SOFTWARE, "Cannot open the engine in " + directory + ".", CommandFailure.why(e), next);
    }
}
