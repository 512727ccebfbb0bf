package io.pledgemq.engine.backup;

import io.pledgemq.engine.io.FileStorage;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Restores a data directory from a backup. All or nothing: an incomplete directory is removed again. */
public final class Restore {
    private Restore() {}

    /**
     * Verifies the whole backup, then copies it, then verifies the copy. No engine may use {@code data} meanwhile.
     *
     * @param data a directory that is empty or does not exist
     * @return what was restored
     * @throws BackupException if the backup is damaged or incomplete, or {@code data} is not empty
     */
    public static BackupManifest run(Path from, Path data) throws IOException {
        BackupManifest manifest = Backup.verify(from);
        boolean made = PrivateFiles.emptyDirectory(data);
        List<Path> written = new ArrayList<>();
        boolean complete = false;
        try {
            for (BackupManifest.Entry file : manifest.files()) {
                Path target = data.resolve(file.name());
                written.add(target);
                copy(from.resolve(file.name()), target, file);
            }
            try (FileStorage storage = FileStorage.openReadOnly(data)) {
                Backup.verifyLog(data, storage);
                storage.forceDirectory();
            }
            complete = true;
            return manifest;
        } finally {
            if (!complete) {
                for (Path file : written) {
                    Files.deleteIfExists(file);
                }
                if (made) {
                    Files.deleteIfExists(data);
                }
            }
        }
    }

    private static void copy(Path from, Path to, BackupManifest.Entry expected) throws IOException {
        try (FileChannel source = FileChannel.open(from, StandardOpenOption.READ)) {
            // Without holes: overwriting a file must not need space.
            BackupManifest.Entry copy = CopiedFile.write(
                    (at, chunk) -> Backup.readFully(source, at, chunk),
                    to,
                    CopiedFile.Length.all(expected.bytes()),
                    false,
                    bytes -> {});
            if (!copy.equals(expected)) {
                throw new BackupException(from + " changed while it was restored; restore again");
            }
        }
    }
}
