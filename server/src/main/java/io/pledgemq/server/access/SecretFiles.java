package io.pledgemq.server.access;

import io.pledgemq.server.files.PrivateFile;
import io.pledgemq.server.files.UnusableFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Loads the files with secrets that a server reads at its start. */
public final class SecretFiles {

    private SecretFiles() {}

    /**
     * Reads those that are there as a start does, and changes nothing.
     *
     * @param users the configured users' file; empty: the one in the data directory, if there is one
     * @return why a start would refuse them; empty if it would not
     */
    public static List<UnusableFileException> examine(Path data, Optional<Path> users) {
        List<UnusableFileException> refused = new ArrayList<>();
        look(refused, data.resolve(AdminCredential.FILE_NAME), false, AdminCredential::read);
        look(refused, data.resolve(CapabilityKey.FILE_NAME), false, CapabilityKey::read);
        look(refused, users.orElse(data.resolve(UsersFile.FILE_NAME)), users.isPresent(), UsersFile::read);
        return refused;
    }

    private static void look(List<UnusableFileException> refused, Path file, boolean needed, Reading reading) {
        if (needed || PrivateFile.exists(file)) {
            try {
                var unused = reading.of(file);
            } catch (UnusableFileException e) {
                refused.add(e);
            }
        }
    }

    private interface Reading {
        Object of(Path file) throws UnusableFileException;
    }
}
