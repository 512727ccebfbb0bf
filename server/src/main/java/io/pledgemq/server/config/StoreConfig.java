package io.pledgemq.server.config;

import io.pledgemq.engine.EngineConfig.Retention;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.log.LogConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The log on disk. */
public record StoreConfig(
        @Setting(
                value = "64MiB",
                min = "1MiB",
                max = "1GiB",
                text = "Size of a new segment file. The largest message must fit into one.")
        ByteSize segment,

        @Setting(
                value = "256MiB",
                min = "1MiB",
                max = "64GiB",
                text = "Disk space that new messages leave alone, so that decisions still fit a full disk;"
                        + " rounded up to whole segments.")
        ByteSize diskReserve,

        @Setting(
                value = "3d",
                min = "0s",
                max = "3650d",
                text = "How long settled messages are kept, for rewinding and for history.")
        Duration retentionTime,

        @Setting(
                value = "0B",
                min = "0B",
                max = "1024TiB",
                text = "Settled messages are kept only while the log is smaller than this; 0B = no bound.")
        ByteSize retentionSize,

        @Setting(
                value = "256MiB",
                min = "1MiB",
                max = "64GiB",
                text = "Log written between snapshots; it bounds what a start reads again.")
        ByteSize snapshotEvery,

        @Setting(
                text = "Backups that are asked of the running server go below this directory only. Without it anywhere,"
                        + " but then only if administration listens on loopback.")
        Optional<Path> backupDirectory) {

    /** What a frame takes beside body and properties; the engine wants 32 KiB and counts properties three times. */
    private static final long FRAME_ROOM_BYTES = 64 << 10;

    /**
     * The sizes of the log, with frames large enough for the largest message of the limits.
     *
     * @throws IllegalArgumentException if that message does not fit a segment
     */
    LogConfig engine(Limits limits) {
        long largest = limits.bodyBytes() + 3L * limits.propertiesBytes() + FRAME_ROOM_BYTES;
        long reserve = (diskReserve.bytes() + segment.bytes() - 1) / segment.bytes();
        return new LogConfig(
                segment.intBytes(),
                Math.toIntExact(Math.max(largest, smallestDefault())),
                Math.toIntExact(Math.max(1, reserve)));
    }

    /** Returns whether the largest message of the limits fits a segment. */
    boolean fits(Limits limits) {
        try {
            return engine(limits).maxPayloadBytes() > 0;
        } catch (IllegalArgumentException | ArithmeticException e) {
            // The log knows best what its segments hold.
            return false;
        }
    }

    private long smallestDefault() {
        return Math.min(LogConfig.DEFAULT_MAX_PAYLOAD_BYTES, segment.bytes() / 2);
    }

    Retention retention() {
        return new Retention(retentionTime.toMillis(), retentionSize.bytes());
    }
}
