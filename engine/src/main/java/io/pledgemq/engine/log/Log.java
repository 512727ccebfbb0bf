package io.pledgemq.engine.log;

import io.pledgemq.engine.io.Storage;
import io.pledgemq.engine.io.StorageFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An append-only sequence of frames in segment files. Frames for which {@link #flush} returned survive any crash,
 * unaltered and in order; later frames may or may not. Damage to durable bytes fails the opening, the scan or the read
 * that finds it, with the exact byte range; only a torn tail is cut. Limits: the log does not interpret frames; it
 * tells damage of the last forced batch from a torn tail only if a seal or another batch followed; it keeps no written
 * frames in memory but reads them back through the page cache.
 *
 * <p>One thread, the writer's, appends, flushes, seals and deletes; it must not be interrupted. Any thread may
 * {@link #read} and {@link #scan} flushed frames. A background thread calls {@link #createSpare}. After a
 * {@link ForceFailedException} only reads work; the process must stop.
 */
public final class Log implements AutoCloseable {
    private static final int BUFFER_BYTES = 4 << 20;

    private final Storage storage;
    private final LogConfig config;
    private final SpareSegments spares;
    private final SegmentChain chain;
    private final FrameBuffer buffer;
    private final int epoch;
    private final long cutBytes;

    private volatile SegmentFile active;
    private volatile long durable;
    private volatile @Nullable ForceFailedException failure;

    private boolean inBatch;
    private boolean unforced;
    private boolean sealed;
    private long engineMs;
    private long wallMs;
    private long stateHash;

    private Log(Storage storage, LogConfig config, SpareSegments spares, LogOpening.Opened opened) {
        this.storage = storage;
        this.config = config;
        this.spares = spares;
        Tail tail = opened.tail();
        chain = opened.chain();
        cutBytes = opened.cutBytes();
        active = chain.newest();
        epoch = tail.epoch() + 1;
        engineMs = tail.engineMs();
        wallMs = tail.wallMs();
        sealed = tail.sealed();
        durable = active.position(tail.end());
        buffer = new FrameBuffer(Math.min(BUFFER_BYTES, config.segmentBytes()));
        buffer.restart(durable, epoch);
    }

    /**
     * Opens the log in {@code storage} and creates it if there is none. Returns when everything found is durable and
     * the new epoch is begun.
     *
     * @param wallNowMs wall time of the opening
     * @throws DamagedLogException if bytes that were durable do not verify
     * @throws MissingSegmentException if a segment file is missing
     * @throws UnsupportedFormatException if a newer version wrote the log
     * @throws LogFullException if a segment had to be created and the disk is full
     * @throws LogException if the storage fails otherwise
     */
    public static Log open(Storage storage, LogConfig config, long wallNowMs) {
        SpareSegments spares = new SpareSegments(storage, config.segmentBytes());
        LogOpening.Opened opened;
        try {
            opened = new LogOpening(storage, spares, config).open(wallNowMs);
        } catch (StorageFullException e) {
            throw new LogFullException(e);
        } catch (IOException e) {
            throw new LogException("the log in " + storage + " cannot be opened: " + e.getMessage(), e);
        }
        Log log = new Log(storage, config, spares, opened);
        boolean begun = false;
        try {
            log.wallMs = wallNowMs;
            log.makeRoom(Batch.PAYLOAD_BYTES);
            log.putBatch(Batch.OPENED);
            log.flush();
            begun = true;
            return log;
        } finally {
            if (!begun) {
                log.closeFiles();
            }
        }
    }

    /** Begins a batch: its times hold for all frames up to the next {@link #flush}. */
    public void beginBatch(long batchEngineMs, long batchWallMs, long batchStateHash) {
        checkAppendable();
        Invariant.check(!inBatch, "the previous batch was not flushed");
        engineMs = batchEngineMs;
        wallMs = batchWallMs;
        stateHash = batchStateHash;
        makeRoom(Batch.PAYLOAD_BYTES);
        putBatch(Batch.STARTED);
        inBatch = true;
    }

    /** As {@link #begin(byte, byte, int)} with version 1. */
    public ByteBuffer begin(byte type, int maxPayloadBytes) {
        return begin(type, (byte) 1, maxPayloadBytes);
    }

    /**
     * Opens a frame in the batch. The caller puts the payload into the buffer that is returned, little endian, and then
     * calls {@link #end} or {@link #cancel}.
     *
     * @param type 16 or above
     * @throws LogFullException if there is no room; the batch is unchanged and may be flushed
     */
    public ByteBuffer begin(byte type, byte version, int maxPayloadBytes) {
        checkAppendable();
        Invariant.check(inBatch, "a frame must be in a batch");
        if (type < FrameFormat.FIRST_ENTRY_TYPE || maxPayloadBytes < 0 || maxPayloadBytes > config.maxPayloadBytes()) {
            throw new IllegalArgumentException("a frame has a type from " + FrameFormat.FIRST_ENTRY_TYPE
                    + " and a payload of up to " + config.maxPayloadBytes() + " bytes, not type " + type + " and "
                    + maxPayloadBytes + " bytes");
        }
        makeRoom(maxPayloadBytes);
        return buffer.begin(type, version, maxPayloadBytes);
    }

    /** Where the open frame is, or where the next one will be if it fits the segment. */
    public long position() {
        return buffer.end();
    }

    /** Closes the open frame. */
    public void end() {
        Invariant.check(buffer.isFrameOpen(), "no frame is open");
        buffer.finish();
    }

    /** Drops the open frame; its position is used by the next one. */
    public void cancel() {
        Invariant.check(buffer.isFrameOpen(), "no frame is open");
        buffer.cancel();
    }

    /** Ends the batch and returns when all its frames are durable. */
    public void flush() {
        checkAppendable();
        inBatch = false;
        try {
            writeAndForce();
        } catch (IOException e) {
            throw fail("the log could not be forced", e);
        }
    }

    /**
     * Writes a note, without forcing it, that everything so far is durable. The writer calls it when it is idle, so
     * that damage to the last batch is not taken for a torn tail.
     */
    public void seal() {
        checkAppendable();
        Invariant.check(!inBatch && buffer.isEmpty(), "seal only after flush");
        if (sealed) {
            return;
        }
        buffer.putSeal(durable);
        try {
            writeOut();
        } catch (IOException e) {
            throw fail("the log could not be written", e);
        }
        sealed = true;
    }

    /**
     * Reads and verifies one frame. Any thread may read flushed frames; only the writer may read those it has not
     * flushed.
     *
     * @throws DamagedLogException if the bytes do not verify
     * @throws LogException if the segment was deleted or the storage fails
     */
    public Frame read(long position) {
        if (position >= buffer.start()) {
            Frame frame = buffer.copy(position);
            if (frame == null) {
                throw new IllegalArgumentException("no frame is at " + Position.text(position));
            }
            return frame;
        }
        SegmentFile segment = chain.find(Position.segment(position));
        if (segment == null) {
            throw new LogException("no segment holds " + Position.text(position) + ", the log begins at "
                    + Position.text(firstPosition()));
        }
        try {
            return segment.read(Position.offset(position));
        } catch (IOException e) {
            throw new LogException("the frame at " + Position.text(position) + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** A reader of durable frames for one thread. */
    public FrameReader reader() {
        return new FrameReader(this, chain);
    }

    /**
     * Passes every frame to the visitor, BATCH and SEAL included, from {@code from} to the durable end at the time of
     * the call.
     *
     * @param from the position of a frame; anything up to {@link #firstPosition} means the oldest frame, offset 0 the
     *     first one of its segment
     * @throws DamagedLogException if bytes do not verify; the frames before them were visited
     */
    public void scan(long from, FrameVisitor visitor) {
        scan(from, durable, visitor);
    }

    /**
     * As {@link #scan(long, FrameVisitor)}, up to the frame at {@code to}, or to the durable end if that comes first.
     */
    public void scan(long from, long to, FrameVisitor visitor) {
        try {
            LogScan.run(chain, Math.max(from, firstPosition()), Math.min(to, durable), visitor);
        } catch (IOException e) {
            throw new LogException("the log cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Creates one more spare segment. Any thread may call it.
     *
     * @throws StorageFullException if there is no room; nothing is left behind, and it may be tried again
     */
    public void createSpare() throws StorageFullException {
        checkUsable();
        try {
            spares.create();
        } catch (StorageFullException e) {
            throw e;
        } catch (IOException e) {
            throw fail("a spare segment could not be made", e);
        }
    }

    /** How many spare segments there are. */
    public int spares() {
        return spares.count();
    }

    /**
     * True if {@link #createSpare} should be called: there should be one spare beyond the reserve, so that a roll does
     * not use up the reserve.
     */
    public boolean wantsSpare() {
        return spares.count() <= config.reserveSegments();
    }

    /** Bytes that can be appended without asking the disk for space: the rest of the active segment and the spares. */
    public long remainingBytes() {
        int used = Position.offset(buffer.end());
        return active.sizeBytes() - used + (long) spares.count() * config.segmentBytes();
    }

    /** True if only the reserve is left: new messages must be refused, decisions and acks still fit. */
    public boolean belowReserve() {
        return remainingBytes() < config.reserveBytes();
    }

    /**
     * Deletes the oldest segment.
     *
     * @throws IllegalArgumentException if {@code number} is not the oldest or is the only one
     */
    public void deleteSegment(int number) {
        checkUsable();
        if (number != firstSegment() || number == activeSegment()) {
            throw new IllegalArgumentException("only the oldest segment, " + firstSegment()
                    + ", can be deleted, and never the active one, " + activeSegment() + "; asked for " + number);
        }
        try {
            LogStart.write(storage, number + 1);
            chain.deleteOldest();
        } catch (IOException e) {
            throw fail(SegmentFile.name(number) + " could not be deleted", e);
        }
    }

    /** Name of the file that holds the number of the oldest segment. */
    public static String startFile() {
        return LogStart.FILE;
    }

    /** File name of a segment. */
    public static String segmentFile(int number) {
        return SegmentFile.name(number);
    }

    /** Number of the oldest segment. */
    public int firstSegment() {
        return chain.oldest().number();
    }

    /** Number of the segment that is appended to. */
    public int activeSegment() {
        return active.number();
    }

    /** Wall time when a segment was created, from its header; {@link Long#MAX_VALUE} if there is no such segment. */
    public long createdWallMs(int number) {
        SegmentFile segment = chain.find(number);
        return segment == null ? Long.MAX_VALUE : segment.header().wallMs();
    }

    /** Offset where the frames of a sealed segment end; -1 if it is the active one or does not exist. */
    public int endOf(int number) {
        SegmentFile next = chain.find(number + 1);
        return next == null || chain.find(number) == null
                ? -1
                : Position.offset(next.header().previousEnd());
    }

    /** Where the oldest frame is. */
    public long firstPosition() {
        return Position.of(firstSegment(), SegmentHeader.BYTES);
    }

    /** Everything before this position is durable. */
    public long durablePosition() {
        return durable;
    }

    /** The largest payload that {@link #begin} accepts. */
    public int maxPayloadBytes() {
        return config.maxPayloadBytes();
    }

    /** Counts the openings of this log; part of every frame. */
    public int epoch() {
        return epoch;
    }

    /** Engine time of the newest batch; right after opening, of the last batch before it. */
    public long engineMs() {
        return engineMs;
    }

    /** Wall time of the newest batch; right after opening, of the opening. */
    public long wallMs() {
        return wallMs;
    }

    /** Size of the torn tail that the opening cut; usually zero. */
    public long cutBytes() {
        return cutBytes;
    }

    /** Size of all segment files together, spares left out. */
    public long sizeBytes() {
        return chain.from(0).stream().mapToLong(SegmentFile::sizeBytes).sum();
    }

    /** Flushes, seals and forces, unless the log has failed; then closes its files, but not the storage. */
    @Override
    public void close() {
        try {
            if (failure == null) {
                flush();
                seal();
                flush();
            }
        } finally {
            closeFiles();
        }
    }

    /** Makes sure that a frame fits the segment and the buffer. */
    private void makeRoom(int payloadBytes) {
        int frameBytes = FrameFormat.frameBytes(payloadBytes);
        try {
            int offset = Position.offset(buffer.end());
            if (active.sizeBytes() - FrameFormat.TAIL_ROOM_BYTES - offset < frameBytes) {
                roll(takeSpare());
            }
            if (!buffer.fits(frameBytes)) {
                writeOut();
                buffer.grow(frameBytes);
            }
        } catch (IOException e) {
            throw fail("the log could not continue in a new segment", e);
        }
    }

    private String takeSpare() throws IOException {
        try {
            return spares.takeOrCreate();
        } catch (StorageFullException e) {
            throw new LogFullException(e);
        }
    }

    /** Continues in a new segment, after everything before it is durable. */
    private void roll(String spare) throws IOException {
        writeAndForce();
        SegmentFile old = active;
        SegmentHeader header =
                new SegmentHeader(old.number() + 1, durable, wallMs, engineMs, epoch, config.segmentBytes());
        SegmentFile next = chain.add(spare, header);
        long start = next.position(SegmentHeader.BYTES);
        buffer.putSeal(start);
        buffer.writeTo(old.file());
        old.file().force(false);
        old.file().doneWriting();
        active = next;
        durable = start;
        buffer.restart(start, epoch);
        if (inBatch) {
            putBatch(Batch.CONTINUED);
        }
    }

    private void putBatch(int kind) {
        long hash = kind == Batch.OPENED ? 0 : stateHash;
        buffer.putBatch(new Batch(engineMs, wallMs, durable, hash, kind));
    }

    private void writeAndForce() throws IOException {
        writeOut();
        if (unforced) {
            active.file().force(false);
            unforced = false;
            durable = buffer.start();
        }
    }

    private void writeOut() throws IOException {
        if (!buffer.isEmpty()) {
            unforced = true;
            sealed = false;
            buffer.writeTo(active.file());
        }
    }

    private void checkAppendable() {
        checkUsable();
        Invariant.check(!buffer.isFrameOpen(), "a frame is still open");
    }

    private void checkUsable() {
        ForceFailedException stopped = failure;
        if (stopped != null) {
            throw new ForceFailedException("the log has stopped: " + stopped.getMessage(), stopped);
        }
    }

    private ForceFailedException fail(String what, IOException cause) {
        ForceFailedException stopped = new ForceFailedException(
                what + " (" + cause.getMessage() + "); what is on the disk is unknown, restart the process", cause);
        failure = stopped;
        return stopped;
    }

    private void closeFiles() {
        try {
            chain.close();
        } catch (IOException e) {
            throw new LogException("the log's files could not be closed", e);
        }
    }
}
