package io.pledgemq.engine.snapshot;

import io.pledgemq.engine.io.Storage;
import io.pledgemq.engine.io.StorageFile;
import io.pledgemq.engine.io.StorageFullException;
import io.pledgemq.engine.state.FrozenState;
import io.pledgemq.engine.state.State;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Snapshot files {@code snapshot-<position>.dat}: a file has that name only when it is complete and forced. The two
 * newest are kept; a damaged one is skipped and never a reason to delete anything.
 *
 * <pre>
 * offset 0   8  magic "PLEDGESN"
 *        8   4  format version, 1
 *       12   8  position: every frame before it is in the state
 *       20   n  the state ({@link FrozenState})
 *     20+n   4  CRC32C of all before
 * </pre>
 *
 * Numbers are big-endian. One thread writes at a time.
 */
public final class Snapshots {
    private static final long MAGIC = 0x504c45444745534eL;
    private static final int VERSION = 1;
    private static final int KEEP = 2;
    private static final Pattern NAME = Pattern.compile("snapshot-([0-9a-f]{16})\\.dat");
    private static final String UNFINISHED = "snapshot.tmp";
    private static final String RESERVE = "snapshot-reserve.dat";
    private static final long MIN_RESERVE_BYTES = 64 << 10;
    private static final int CHUNK_BYTES = 64 << 10;

    private final Storage storage;
    private volatile long held;

    public Snapshots(Storage storage) {
        this.storage = storage;
    }

    /**
     * A snapshot that was read.
     *
     * @param position where the replay begins
     */
    public record Loaded(State state, long position) {}

    /** Keeps the snapshot at a position even when newer ones are written; 0 keeps none. Replaces an earlier call. */
    public void hold(long position) {
        held = position;
    }

    /** File name of the snapshot at a position. */
    public static String name(long position) {
        return String.format(Locale.ROOT, "snapshot-%016x.dat", position);
    }

    /** Positions of the snapshots, newest first. */
    public List<Long> positions() throws IOException {
        List<Long> positions = new ArrayList<>();
        for (String file : storage.list()) {
            Matcher matcher = NAME.matcher(file);
            if (matcher.matches()) {
                positions.add(Long.parseUnsignedLong(matcher.group(1), 16));
            }
        }
        positions.sort(Comparator.reverseOrder());
        return positions;
    }

    /**
     * Writes a snapshot and makes it durable; then deletes all but the two newest. On a full disk it uses the space
     * that it has reserved, because without new snapshots no old segment could be deleted, and the disk would stay full
     * for ever.
     *
     * @throws StorageFullException if that was not enough either; nothing is left behind
     */
    public void write(FrozenState frozen, long position) throws IOException {
        tidy();
        try {
            writeFile(frozen, position);
        } catch (StorageFullException e) {
            tidy();
            if (!storage.exists(RESERVE)) {
                throw e;
            }
            storage.delete(RESERVE);
            storage.forceDirectory();
            writeFile(frozen, position);
        }
        storage.rename(UNFINISHED, name(position));
        storage.forceDirectory();
        List<Long> positions = positions();
        for (long old : positions.subList(Math.min(KEEP, positions.size()), positions.size())) {
            if (old != held) {
                storage.delete(name(old));
            }
        }
        reserve(storage.sizeBytes(name(position)));
    }

    private void writeFile(FrozenState frozen, long position) throws IOException {
        try (StorageFile file = storage.create(UNFINISHED)) {
            ChecksummedOutput out = new ChecksummedOutput(file);
            DataOutputStream data = new DataOutputStream(out);
            data.writeLong(MAGIC);
            data.writeInt(VERSION);
            data.writeLong(position);
            frozen.write(data);
            data.flush();
            out.finish();
            file.force(true);
        }
    }

    /** Keeps as much space as twice the last snapshot; less when the disk has no more. */
    private void reserve(long snapshotBytes) throws IOException {
        long wanted = Math.max(MIN_RESERVE_BYTES, 2 * snapshotBytes);
        if (storage.exists(RESERVE) && storage.sizeBytes(RESERVE) >= wanted - wanted / 4) {
            return;
        }
        if (storage.exists(RESERVE)) {
            storage.delete(RESERVE);
        }
        try (StorageFile file = storage.create(RESERVE)) {
            ByteBuffer zeros = ByteBuffer.allocate(CHUNK_BYTES);
            for (long at = 0; at < wanted; at += CHUNK_BYTES) {
                file.write(at, zeros.clear());
            }
            file.force(true);
        } catch (StorageFullException e) {
            // The part that was written is a smaller reserve; the next snapshot tries again.
            return;
        }
    }

    /** Removes what an interrupted {@link #write} left, to give its space back. */
    public void tidy() throws IOException {
        if (storage.exists(UNFINISHED)) {
            storage.delete(UNFINISHED);
        }
    }

    /**
     * Reads the snapshot at a position.
     *
     * @throws IOException if it is damaged, or of a version that this program does not know
     */
    public Loaded read(long position) throws IOException {
        return read(position, (doneBytes, totalBytes) -> {});
    }

    /**
     * Reads a snapshot's file and compares its checksum.
     *
     * @throws IOException if they differ
     */
    public void verify(long position) throws IOException {
        try (StorageFile file = storage.open(name(position))) {
            ChecksummedInput.verify(file, name(position));
        }
    }

    /** Follows the reading of a snapshot: bytes done, and all bytes. */
    @FunctionalInterface
    public interface ReadProgress {
        void read(long doneBytes, long totalBytes);
    }

    /** As {@link #read(long)}, and reports its progress. */
    public Loaded read(long position, ReadProgress progress) throws IOException {
        try (StorageFile file = storage.open(name(position))) {
            ChecksummedInput.verify(file, name(position));
            DataInputStream in = new DataInputStream(new ChecksummedInput(file, progress));
            long magic = in.readLong();
            int version = in.readInt();
            long own = in.readLong();
            if (magic != MAGIC || version != VERSION || own != position) {
                throw new IOException(name(position) + " is not a snapshot of this version: magic "
                        + Long.toHexString(magic) + ", version " + version + ", position " + Long.toHexString(own));
            }
            return new Loaded(FrozenState.read(in), position);
        }
    }
}
