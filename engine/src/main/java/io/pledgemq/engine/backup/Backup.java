package io.pledgemq.engine.backup;

import io.pledgemq.engine.io.FileStorage;
import io.pledgemq.engine.io.Storage;
import io.pledgemq.engine.io.StorageFile;
import io.pledgemq.engine.log.DamagedRange;
import io.pledgemq.engine.log.LogReport;
import io.pledgemq.engine.log.LogVerifier;
import io.pledgemq.engine.snapshot.Snapshots;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Makes one backup of a log and its newest snapshot in an empty directory. The caller keeps the files from being
 * deleted while {@link #copy} runs. Bytes behind the position are not copied, so a backup opens like a log after a
 * crash that lost nothing. Index files are left out: the engine rebuilds them. It copies and never links, since a link
 * shares the damage of its target.
 */
public final class Backup {
    private final Storage storage;
    private final Path target;
    private final CopiedFile.Watch watch;
    private final List<BackupManifest.Entry> copied = new ArrayList<>();

    /** Follows the progress of a backup; may throw to stop it. */
    @FunctionalInterface
    public interface Watch {
        void copied(long bytes) throws IOException;
    }

    /**
     * A file of the log's directory.
     *
     * @param limit bytes behind it are copied as zeros
     */
    public record Part(String name, long limit) {}

    /**
     * @param storage where the log is
     * @param target a directory that is empty or does not exist
     * @throws BackupException if it is not
     */
    public Backup(Storage storage, Path target, Watch watch) throws IOException {
        this.storage = storage;
        this.target = target;
        this.watch = watch::copied;
        PrivateFiles.emptyDirectory(target);
    }

    /**
     * Copies a file that is kept outside the log's directory and rarely changes, such as a key. Follows links.
     *
     * @throws IOException if it cannot be read
     */
    public void copyBeside(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            Path copy = target.resolve(String.valueOf(file.getFileName()));
            copied.add(CopiedFile.write(
                    (at, chunk) -> readFully(channel, at, chunk),
                    copy,
                    CopiedFile.Length.all(channel.size()),
                    false,
                    watch));
        }
    }

    /** Copies a file of the log's directory. */
    public void copy(Part file) throws IOException {
        long bytes = storage.sizeBytes(file.name);
        try (StorageFile source = storage.open(file.name)) {
            copied.add(CopiedFile.write(
                    source::readFully,
                    target.resolve(file.name),
                    new CopiedFile.Length(bytes, Math.min(file.limit, bytes)),
                    true,
                    watch));
        }
    }

    /**
     * Verifies all copies and writes the manifest.
     *
     * @throws BackupException with the file's name if something does not verify: the copies stay for inspection,
     *     without a manifest
     */
    public BackupManifest finish(String version, Instant takenAt, long position) throws IOException {
        BackupManifest manifest = new BackupManifest(version, takenAt, position, copied);
        verify(target, manifest);
        manifest.write(target);
        return manifest;
    }

    /**
     * Reads all files of a backup and compares them with its manifest, and the log with itself.
     *
     * @throws BackupException that names the first wrong file
     */
    public static BackupManifest verify(Path directory) throws IOException {
        BackupManifest manifest = BackupManifest.read(directory);
        verify(directory, manifest);
        return manifest;
    }

    static void verify(Path directory, BackupManifest manifest) throws IOException {
        for (BackupManifest.Entry file : manifest.files()) {
            verify(directory.resolve(file.name()), file);
        }
        try (FileStorage storage = FileStorage.openReadOnly(directory)) {
            verifyLog(directory, storage);
        }
    }

    /** Verifies the log by its own checksums: it may have been damaged before it was copied. */
    static void verifyLog(Path directory, Storage storage) throws IOException {
        LogReport report = LogVerifier.verify(storage);
        if (!report.intact()) {
            DamagedRange damage = report.damaged().get(0);
            throw new BackupException(directory.resolve(damage.file()) + " is damaged in bytes " + damage.from()
                    + " to " + damage.to() + ": " + damage.reason() + "; use another backup");
        }
        if (report.segments() == 0) {
            throw new BackupException(directory + " holds no log; use another backup");
        }
        Snapshots snapshots = new Snapshots(storage);
        for (long position : snapshots.positions()) {
            snapshots.verify(position);
        }
    }

    private static void verify(Path file, BackupManifest.Entry expected) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new BackupException(file + " is missing from the backup; use another backup");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() != expected.bytes()) {
                throw new BackupException(file + " is damaged: expected " + expected.bytes() + " bytes, found "
                        + channel.size() + "; use another backup");
            }
            int crc = CopiedFile.crc((at, chunk) -> readFully(channel, at, chunk), channel.size());
            if (crc != expected.crc()) {
                throw new BackupException(String.format(
                        Locale.ROOT,
                        "%s is damaged: expected CRC32C %08x, its %d bytes have %08x; use another backup",
                        file,
                        expected.crc(),
                        expected.bytes(),
                        crc));
            }
        }
    }

    static void readFully(FileChannel channel, long offset, ByteBuffer target) throws IOException {
        long at = offset;
        while (target.hasRemaining()) {
            int count = channel.read(target, at);
            if (count < 0) {
                return;
            }
            at += count;
        }
    }
}
