package io.pledgemq.engine.sim;

import io.pledgemq.engine.io.Storage;
import io.pledgemq.engine.io.StorageFile;
import io.pledgemq.engine.io.StorageFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that does what real ones do at the worst moment. The same seed and the same calls give the same
 * faults and the same {@link #traceHash}. Sectors of 512 bytes are atomic; misdirected writes are not simulated.
 *
 * <p>Storage calls (everything but closing) are counted from 1. A fault is armed for one of them; a write that fails or
 * is interrupted by a crash has written a random part, any other call has had its effect or not.
 */
public final class SimStorage implements Storage {
    private static final long NEVER = Long.MAX_VALUE;
    private static final long HASH_FACTOR = 0x9E3779B97F4A7C15L;

    private final SplittableRandom random;
    private final SimDirectory directory = new SimDirectory();
    private final Map<String, Long> read = new HashMap<>();
    private long calls;
    private long forces;
    private long traceHash;
    private long crashAt = NEVER;
    private long failCallAt = NEVER;
    private long failForceAt = NEVER;
    private long capacityBytes = NEVER;
    private boolean shortReads;
    private boolean down;
    private int processes = 1;

    public SimStorage(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A new disk with the same files, all durable, and no faults armed. */
    public synchronized SimStorage copy(long seed) {
        SimStorage copy = new SimStorage(seed);
        directory.names().forEach((name, inode) -> copy.directory.add(name, inode.settledCopy()));
        return copy;
    }

    // ---- faults

    /** The machine stops during the call with this number; from then on every call throws {@link SimCrash}. */
    public synchronized void crashAt(long call) {
        crashAt = call;
    }

    /** The call with this number throws an {@link IOException}. */
    public synchronized void failCallAt(long call) {
        failCallAt = call;
    }

    /**
     * The force with this number (of a file or the directory, counted from 1) throws; what it should have made durable
     * in a file is lost at the next power cut, although later forces return normally, unless it is written again. Names
     * are not lost this way: they are in the file system's journal.
     */
    public synchronized void failForceAt(long force) {
        failForceAt = force;
    }

    /** Limits the bytes of all files together; a write beyond it writes what fits and throws. */
    public synchronized void limitCapacity(long bytes) {
        capacityBytes = bytes;
    }

    /** Lets reads return fewer bytes than asked for. */
    public synchronized void allowShortReads() {
        shortReads = true;
    }

    /** Disarms all faults; the capacity is unlimited again. */
    public synchronized void heal() {
        crashAt = NEVER;
        failCallAt = NEVER;
        failForceAt = NEVER;
        capacityBytes = NEVER;
        shortReads = false;
    }

    /** Flips a bit of a file, in the cache and on the disk. */
    public synchronized void flip(String name, int offset, int bit) {
        inode(name).flip(offset, bit);
    }

    /** Power cut and reboot: what was not forced is lost, kept or torn. Open files are gone, armed faults stay. */
    public synchronized void crash() {
        SimInode.Loss[] kinds = SimInode.Loss.values();
        directory.losePower(kinds[random.nextInt(kinds.length)], random);
        restart();
    }

    /** The process was killed and starts again: the page cache survives, open files are gone. */
    public synchronized void restart() {
        down = false;
        processes++;
    }

    // ---- observations

    /** Whether the machine stopped and was not started again. */
    public synchronized boolean isDown() {
        return down;
    }

    /** Storage calls so far. */
    public synchronized long calls() {
        return calls;
    }

    /** Forces so far, of files and of the directory. */
    public synchronized long forces() {
        return forces;
    }

    /** A hash of all calls with their arguments and results; equal for equal runs. */
    public synchronized long traceHash() {
        return traceHash;
    }

    /** A copy of a file's bytes as processes see them. */
    public synchronized byte[] bytesOf(String name) {
        return inode(name).cached();
    }

    /** Names of the files that begin with this prefix. */
    public synchronized List<String> namesOf(String prefix) {
        return directory.names().keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .toList();
    }

    /** Bytes read from files whose names begin with this prefix. */
    public synchronized long bytesRead(String prefix) {
        return read.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Bytes of all files together. */
    public synchronized long usedBytes() {
        return directory.names().values().stream().mapToLong(SimInode::size).sum();
    }

    // ---- the storage

    @Override
    public synchronized List<String> list() throws IOException {
        call("list", "", 0, 0);
        return List.copyOf(directory.names().keySet());
    }

    @Override
    public synchronized boolean exists(String name) throws IOException {
        call("exists", name, 0, 0);
        return directory.find(name) != null;
    }

    @Override
    public synchronized long sizeBytes(String name) throws IOException {
        call("size", name, 0, 0);
        return existing(name).size();
    }

    @Override
    public synchronized StorageFile create(String name) throws IOException {
        if (directory.find(name) != null) {
            throw new FileAlreadyExistsException(name);
        }
        change("create", name, () -> directory.create(name));
        return new Handle(name, existing(name), processes);
    }

    @Override
    public synchronized StorageFile open(String name) throws IOException {
        call("open", name, 0, 0);
        return new Handle(name, existing(name), processes);
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        SimInode inode = existing(from);
        change("rename", from + ">" + to, () -> directory.rename(from, to, inode));
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        SimInode inode = existing(name);
        change("delete", name, () -> directory.delete(name, inode));
    }

    @Override
    public synchronized void forceDirectory() throws IOException {
        forces++;
        call("forceDirectory", "", 0, 0);
        if (forces == failForceAt) {
            throw new IOException("simulated: the directory could not be forced");
        }
        directory.force();
    }

    @Override
    public synchronized long freeBytes() throws IOException {
        call("freeBytes", "", 0, 0);
        return capacityBytes - usedBytes();
    }

    @Override
    public void close() {}

    @Override
    public String toString() {
        return "simulated storage";
    }

    private SimInode existing(String name) throws NoSuchFileException {
        SimInode inode = directory.find(name);
        if (inode == null) {
            throw new NoSuchFileException(name);
        }
        return inode;
    }

    private SimInode inode(String name) {
        SimInode inode = directory.find(name);
        if (inode == null) {
            throw new IllegalArgumentException("no simulated file " + name);
        }
        return inode;
    }

    /** Counts a call, and throws if a fault is due now. */
    private void call(String kind, String name, long offset, long length) throws IOException {
        IOException due = count(kind, name, offset, length);
        if (due != null) {
            throw due;
        }
        if (down) {
            throw new SimCrash(calls);
        }
    }

    /** Counts a call; turns the machine off, or returns the exception to throw, if that is due now. */
    private @Nullable IOException count(String kind, String name, long offset, long length) {
        if (down) {
            throw new SimCrash(calls);
        }
        calls++;
        trace(kind.hashCode());
        trace(name.hashCode());
        trace(offset);
        trace(length);
        down = calls == crashAt;
        return calls == failCallAt ? new IOException("simulated: call " + calls + " (" + kind + ") failed") : null;
    }

    private void trace(long value) {
        traceHash = (traceHash ^ value) * HASH_FACTOR;
        traceHash ^= traceHash >>> 29;
    }

    /** A change of names: when it fails or the machine stops, it may have happened all the same. */
    private void change(String kind, String name, Runnable effect) throws IOException {
        IOException due = count(kind, name, 0, 0);
        if (due == null && !down) {
            effect.run();
            return;
        }
        if (random.nextBoolean()) {
            effect.run();
        }
        if (due != null) {
            throw due;
        }
        throw new SimCrash(calls);
    }

    private void write(Handle handle, int offset, ByteBuffer source) throws IOException {
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        IOException due = count("write", handle.name, offset, Arrays.hashCode(bytes));
        if (due != null || down) {
            handle.inode.write(offset, Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
            if (due != null) {
                throw due;
            }
            throw new SimCrash(calls);
        }
        long room = capacityBytes - usedBytes() + Math.max(0, handle.inode.size() - offset);
        if (bytes.length > room) {
            handle.inode.write(offset, Arrays.copyOf(bytes, (int) Math.max(0, room)));
            throw new StorageFullException("simulated: no space left for " + handle.name);
        }
        handle.inode.write(offset, bytes);
    }

    private int read(Handle handle, int offset, ByteBuffer target) throws IOException {
        call("read", handle.name, offset, target.remaining());
        int left = handle.inode.size() - offset;
        if (left <= 0) {
            return -1;
        }
        int count = Math.min(left, target.remaining());
        if (shortReads && count > 1) {
            count = 1 + random.nextInt(count);
        }
        read.merge(handle.name, (long) count, Long::sum);
        return handle.inode.read(offset, target, count);
    }

    private void force(Handle handle) throws IOException {
        forces++;
        IOException due = count("force", handle.name, 0, 0);
        if (down) {
            throw new SimCrash(calls);
        }
        if (due == null && forces == failForceAt) {
            due = new IOException("simulated: force " + forces + " failed");
        }
        if (due != null) {
            handle.inode.forgetPending();
            throw due;
        }
        handle.inode.force();
    }

    /** An open file of one run of the process. */
    private final class Handle implements StorageFile {
        private final String name;
        private final SimInode inode;
        private final int process;
        private boolean closed;

        Handle(String name, SimInode inode, int process) {
            this.name = name;
            this.inode = inode;
            this.process = process;
        }

        @Override
        public void write(long offset, ByteBuffer source) throws IOException {
            synchronized (SimStorage.this) {
                check();
                SimStorage.this.write(this, Math.toIntExact(offset), source);
            }
        }

        @Override
        public int read(long offset, ByteBuffer target) throws IOException {
            synchronized (SimStorage.this) {
                check();
                return SimStorage.this.read(this, Math.toIntExact(offset), target);
            }
        }

        @Override
        public void force(boolean metadata) throws IOException {
            synchronized (SimStorage.this) {
                check();
                SimStorage.this.force(this);
            }
        }

        @Override
        public long sizeBytes() throws IOException {
            synchronized (SimStorage.this) {
                check();
                call("size", name, 0, 0);
                return inode.size();
            }
        }

        @Override
        public void close() {
            synchronized (SimStorage.this) {
                closed = true;
            }
        }

        private void check() throws IOException {
            if (closed) {
                throw new IOException(name + " is closed");
            }
            if (process != processes) {
                throw new IllegalStateException(name + " was opened by a process that is dead");
            }
        }
    }
}
