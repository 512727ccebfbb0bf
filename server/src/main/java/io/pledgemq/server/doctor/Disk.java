package io.pledgemq.server.doctor;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The file system below the data directory.
 *
 * @param directory on it
 * @param reserveBytes that new messages leave alone
 * @param segmentBytes of one segment file
 */
record Disk(Path directory, long reserveBytes, long segmentBytes) {
    private static final long MIB = 1 << 20;
    private static final Set<String> GONE_WITH_THE_MACHINE = Set.of("tmpfs", "ramfs", "overlay", "aufs");
    private static final Set<String> ON_A_NETWORK =
            Set.of("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre");

    List<Finding> examine() {
        try {
            FileStore store = Files.getFileStore(directory);
            return List.of(kind(store.type(), store.name()), space(store.getUsableSpace()));
        } catch (IOException e) {
            return List.of(Finding.fail("disk", e.toString(), "see what is wrong with the disk of " + directory));
        }
    }

    Finding kind(String type, String name) {
        String lower = type.toLowerCase(Locale.ROOT);
        String found = type + " (" + name + ")";
        if (ON_A_NETWORK.contains(lower) || lower.startsWith("fuse.")) {
            return Finding.warn(
                    "file-system",
                    found + " is a network or user-space file system: locks and forces may not hold",
                    "put the data directory on a local disk with ext4 or xfs");
        }
        if (GONE_WITH_THE_MACHINE.contains(lower)) {
            return Finding.warn(
                    "file-system",
                    found + " is lost with the "
                            + (lower.endsWith("fs") && !lower.equals("aufs") ? "machine" : "container")
                            + ", and every acknowledged message with it",
                    "put the data directory on a local disk or a volume with ext4 or xfs");
        }
        return Finding.ok("file-system", found);
    }

    Finding space(long usableBytes) {
        // A start makes the reserve, the first segments and a spare; after that there must be something to work with.
        long needed = reserveBytes + 3 * segmentBytes;
        String found = usableBytes / MIB + " MiB free";
        return usableBytes < needed
                ? Finding.warn(
                        "free-space",
                        found + ", less than the reserve and three segments (" + needed / MIB + " MiB)",
                        "free space, or lower store.disk-reserve; without the reserve new messages are refused")
                : Finding.ok("free-space", found + ", " + needed / MIB + " MiB are the least");
    }
}
