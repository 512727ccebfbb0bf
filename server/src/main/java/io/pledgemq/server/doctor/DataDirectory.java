package io.pledgemq.server.doctor;

import io.pledgemq.engine.io.DataDirectoryInUseException;
import io.pledgemq.engine.io.FileStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Checks who may use the data directory, and who does. */
public record DataDirectory(Path data) {
    private static final Set<PosixFilePermission> OF_OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    List<Finding> examine() {
        if (!Files.exists(data)) {
            return List.of(notThere());
        }
        if (!Files.isDirectory(data)) {
            return List.of(
                    Finding.fail("data-directory", data + " is not a directory", "name another one with --data"));
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(access());
        if (Files.isWritable(data)) {
            findings.add(lock());
        }
        return findings;
    }

    private Finding notThere() {
        Path parent = data.getParent();
        while (parent != null && !Files.exists(parent)) {
            parent = parent.getParent();
        }
        return parent != null && Files.isWritable(parent)
                ? Finding.ok("data-directory", data + " is not there; the first start makes it")
                : Finding.fail(
                        "data-directory",
                        data + " is not there and cannot be made by this user",
                        "make it, and give it to the user that runs the server");
    }

    /** Whether the server may use a directory that is there, and others may not look into it. */
    public Finding access() {
        if (!Files.isReadable(data) || !Files.isWritable(data)) {
            return Finding.fail(
                    "data-directory",
                    "user " + System.getProperty("user.name", "?") + " may not read and write " + data,
                    "give it to the user that runs the server, or run this as that user");
        }
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(data);
            String text = PosixFilePermissions.toString(mode);
            return mode.stream().anyMatch(OF_OTHERS::contains)
                    ? Finding.warn(
                            "data-directory",
                            data + " is open to others (" + text + ") and holds messages and keys",
                            "chmod 700 " + data)
                    : Finding.ok("data-directory", data + " (" + text + ")");
        } catch (UnsupportedOperationException e) {
            return Finding.ok("data-directory", data + ", on a file system without modes");
        } catch (IOException e) {
            return Finding.fail("data-directory", e.toString(), "see what is wrong with the disk");
        }
    }

    private Finding lock() {
        try (FileStorage storage = FileStorage.open(data)) {
            return Finding.ok("lock", "no process uses " + storage);
        } catch (DataDirectoryInUseException e) {
            return Finding.ok("lock", "in use: " + e.getMessage());
        } catch (IOException e) {
            return Finding.fail("lock", e.toString(), "the directory must be on a local disk that knows locks");
        }
    }
}
