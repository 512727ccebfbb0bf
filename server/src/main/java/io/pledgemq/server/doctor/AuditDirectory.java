package io.pledgemq.server.doctor;

import java.nio.file.Files;
import java.nio.file.Path;

/** Checks whether the configured audit log can be written: without it nothing can be settled. */
record AuditDirectory(Path directory) {
    private static final String CHECK = "audit";
    private static final String USER = System.getProperty("user.name", "?");

    Finding examine() {
        Path file = directory.resolve("audit.jsonl");
        if (!Files.exists(directory)) {
            Path parent = directory.getParent();
            while (parent != null && !Files.exists(parent)) {
                parent = parent.getParent();
            }
            return parent != null && Files.isDirectory(parent) && Files.isWritable(parent)
                    ? Finding.ok(CHECK, directory + " is not there; it is made with the first line")
                    : refused(directory + " is not there and cannot be made by user " + USER);
        }
        if (!Files.isDirectory(directory)) {
            return refused(directory + " is not a directory");
        }
        if (!Files.isWritable(directory) || (Files.exists(file) && !Files.isWritable(file))) {
            return refused("user " + USER + " may not write " + file);
        }
        return Finding.ok(CHECK, "in " + directory);
    }

    private static Finding refused(String why) {
        return Finding.fail(
                CHECK,
                why + ": nothing can be settled and no setting be changed",
                "correct it, or audit.directory; a running server goes on by itself");
    }
}
