package io.pledgemq.engine.index;

import io.pledgemq.engine.codec.CommandCodec;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.command.Receipt;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.log.LogConfig;
import io.pledgemq.engine.sim.SimStorage;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;

/** A log of commands without an engine: the commands need not make sense, they only have to be found. */
public final class CommandLog implements AutoCloseable {
    private static final long START_MS = 1_700_000_000_000L;

    public final SimStorage storage = new SimStorage(1);
    public final Log log;
    private long wallMs = START_MS;

    public CommandLog(int segmentBytes) {
        log = Log.open(storage, new LogConfig(segmentBytes, segmentBytes / 2, 1), wallMs);
    }

    public long wallMs() {
        return wallMs;
    }

    /** Moves the wall clock forward, or back. */
    public void pass(long ms) {
        wallMs += ms;
    }

    /** Writes commands in one batch; returns the position of the first. */
    public long append(Command... commands) {
        log.beginBatch(0, wallMs, 0);
        long first = -1;
        for (Command command : commands) {
            ByteBuffer payload =
                    log.begin(command.type().code(), CommandCodec.version(command), CommandCodec.maxBytes(command));
            first = first < 0 ? log.position() : first;
            CommandCodec.encode(payload, command);
            log.end();
        }
        log.flush();
        return first;
    }

    public long send(String id, String topic, String key, int bytes) {
        return append(
                new Command.Send(new Message(MessageId.of(id), topic, key, "tag", null, Map.of(), new byte[bytes], 0)));
    }

    public long ack(long position) {
        return append(new Command.Ack(new Receipt(1, position, 1), "client", ""));
    }

    /** Writes until this segment is the active one. */
    public void fillTo(int segment) {
        for (int i = 0; log.activeSegment() < segment; i++) {
            send("fill-" + log.position() + "-" + i, "filler", "f-" + i % 7, 300);
        }
    }

    /** An index whose files are all built. */
    public LogIndex indexed() {
        LogIndex index = new LogIndex(storage, log, 1 << 20, 100);
        makeAll(index);
        return index;
    }

    public static void makeAll(LogIndex index) {
        try {
            while (index.buildNext(Set.of(), Pace.FULL) != 0) {
                Thread.onSpinWait();
            }
        } catch (LogIndex.Failed e) {
            throw new IllegalStateException(e);
        }
    }

    /** An index without files, which reads the log itself. */
    public LogIndex none() {
        return new LogIndex(new SimStorage(2), log);
    }

    @Override
    public void close() {
        log.close();
    }
}
