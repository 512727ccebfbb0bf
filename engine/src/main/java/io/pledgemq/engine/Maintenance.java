package io.pledgemq.engine;

import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.index.LogIndex;
import io.pledgemq.engine.io.StorageFullException;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.log.Position;
import io.pledgemq.engine.snapshot.Snapshots;
import io.pledgemq.engine.state.FrozenState;
import io.pledgemq.engine.state.Reference;
import io.pledgemq.engine.state.State;
import io.pledgemq.engine.state.Topic;
import io.pledgemq.engine.view.History;
import io.pledgemq.engine.view.HistoryEvent;
import io.pledgemq.engine.writer.Writer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The background work: spare segments, snapshots, retention, and deleting segments that are no longer needed. Each step
 * is bounded and may fail without harm; the next round tries it again.
 */
final class Maintenance {
    /** Most messages of one topic that one step trims; a round has several steps. */
    static final int TRIM_PER_STEP = 100_000;

    private static final int TRIM_STEPS = 100;
    /** At closing a snapshot is worthwhile from this fraction of the usual distance on. */
    private static final int FRACTION_AT_CLOSE = 16;

    /** With more needed messages than this a segment is not worth emptying. */
    private static final int CARRY_AT_MOST = 1000;

    /** Most events of a message that are carried forward with it. */
    private static final int CARRY_EVENTS = 200;

    /** They may take about one part in this many of a frame. */
    private static final int CARRY_EVENTS_PART = 8;

    private static final int MAX_BYTES_PER_CHAR = 3;

    /** Pause after an attempt that could not empty the segment, since each attempt reads every row. */
    private static final long CARRY_AGAIN_MS = 60_000;

    /** Pause after a snapshot that found no space, since each attempt writes much of one. */
    private static final long SNAPSHOT_AGAIN_MS = 5_000;

    private final Writer writer;
    private final Log log;
    private final Snapshots snapshots;
    private final EngineConfig config;
    private final LogIndex index;
    private long lastSnapshot;
    private int lastTried;
    private long nextCarryMs;
    private boolean noSpaceForSnapshot;
    private volatile int heldSegment = Integer.MAX_VALUE;
    private long nextSnapshotMs;

    Maintenance(Writer writer, Snapshots snapshots, EngineConfig config, long lastSnapshot, LogIndex index) {
        this.writer = writer;
        this.log = writer.log();
        this.snapshots = snapshots;
        this.config = config;
        this.lastSnapshot = lastSnapshot;
        this.index = index;
    }

    /** Keeps the disk reserve complete, and notes whether the disk is full. */
    void spares() {
        while (log.wantsSpare()) {
            try {
                log.createSpare();
            } catch (StorageFullException e) {
                writer.diskFull(true);
                return;
            }
        }
        if (!noSpaceForSnapshot) {
            writer.diskFull(false);
        }
    }

    /** Returns whether enough was logged since the last snapshot. */
    boolean snapshotDue() {
        if (noSpaceForSnapshot && config.clock().monotonicMs() < nextSnapshotMs) {
            return false;
        }
        long bytes = distance(lastSnapshot, log.durablePosition());
        return bytes >= config.snapshotEveryBytes();
    }

    /**
     * Whether a snapshot may free space: on a full disk old segments can only be deleted after a new snapshot, however
     * little was logged since the last one.
     */
    boolean snapshotFreesSpace() {
        return writer.diskFull() && log.durablePosition() != lastSnapshot;
    }

    private long distance(long from, long to) {
        long segments = Position.segment(to) - (long) Math.max(Position.segment(from), log.firstSegment());
        return segments * config.log().segmentBytes() + Position.offset(to) - Position.offset(from);
    }

    private record Frozen(FrozenState state, long position) {}

    /** Writes a snapshot while the writer works on. */
    void snapshot() throws IOException {
        CompletableFuture<Frozen> frozen = writer.ask(state -> new Frozen(state.freeze(), log.position()));
        Frozen ready = frozen.join();
        // A seal that is not forced may follow, which a power cut may lose: the replay must not begin behind it.
        long position = Math.min(ready.position, log.durablePosition());
        try {
            snapshots.write(ready.state, position);
            lastSnapshot = position;
            noSpaceForSnapshot = false;
        } catch (StorageFullException e) {
            snapshots.tidy();
            noSpaceForSnapshot = true;
            nextSnapshotMs = config.clock().monotonicMs() + SNAPSHOT_AGAIN_MS;
            writer.diskFull(true);
        }
    }

    /**
     * Writes a snapshot at closing, after the writer's thread has ended, if the next start would have much to replay.
     */
    void lastSnapshot() throws IOException {
        if (distance(lastSnapshot, log.durablePosition()) >= config.snapshotEveryBytes() / FRACTION_AT_CLOSE) {
            try {
                snapshots.write(writer.state().freeze(), log.durablePosition());
            } catch (StorageFullException e) {
                // The next start replays more; nothing is lost.
                snapshots.tidy();
            }
        }
    }

    /**
     * Trims messages that are older than the retention, lie in segments beyond its size, or are too many for memory,
     * but never those that are still needed.
     */
    void trim() {
        for (int i = 0; i < TRIM_STEPS && trimSome(); i++) {
            // Each step is short, because the writer waits for it.
        }
    }

    /** What a step trims, and whether there is more. */
    private record Due(List<Command.Trim> trims, boolean more) {}

    /** One step; returns whether it left something that was due. */
    private boolean trimSome() {
        long before = config.clock().wallMs() - config.retention().timeMs();
        int cutSegment = Math.max(cutSegment(), agedSegment(before));
        Due found = writer.ask(state -> {
                    List<Command.Trim> due = new ArrayList<>();
                    boolean more = false;
                    Map<Integer, Long> unseen = state.firstUnseen();
                    double part = partOverMemory(state, unseen);
                    for (Topic topic : state.topics().values()) {
                        long aged = Math.max(topic.offsetAt(before), behind(topic, cutSegment));
                        long seen = unseen.getOrDefault(topic.id(), topic.endOffset());
                        long offset = Math.min(seen, Math.max(aged, overMemory(topic, seen, part)));
                        long bounded = Math.min(offset, topic.firstOffset() + TRIM_PER_STEP);
                        if (bounded > topic.firstOffset()) {
                            due.add(new Command.Trim(topic.config().name(), bounded));
                            more |= bounded < offset;
                        }
                    }
                    return new Due(due, more);
                })
                .join();
        for (Command.Trim trim : found.trims) {
            Outcome outcome = writer.submit(trim).join();
            if (outcome instanceof Outcome.Refused) {
                return false;
            }
        }
        return found.more;
    }

    /** The share of seen messages to trim under memory pressure, 0 to 1. */
    private double partOverMemory(State state, Map<Integer, Long> unseen) {
        long over = state.kept() - writer.limits().rows().earlyTrimAbove();
        if (over <= 0) {
            return 0;
        }
        long seen = 0;
        for (Topic topic : state.topics().values()) {
            if (!TopicConfig.holdsDeadLetters(topic.config().name())) {
                seen += topic.kept(unseen.getOrDefault(topic.id(), topic.endOffset()) - topic.firstOffset());
            }
        }
        return seen == 0 ? 0 : Math.min(1, over / (double) seen);
    }

    private static long overMemory(Topic topic, long seen, double part) {
        if (part == 0 || TopicConfig.holdsDeadLetters(topic.config().name())) {
            return topic.firstOffset();
        }
        return topic.firstOffset() + (long) Math.ceil((seen - topic.firstOffset()) * part);
    }

    /** Messages in segments below this one are over the size bound. */
    private int cutSegment() {
        long bound = config.retention().bytes();
        if (bound <= 0) {
            return 0;
        }
        long over = log.sizeBytes() - bound;
        return over <= 0 ? 0 : log.firstSegment() + (int) (over / config.log().segmentBytes()) + 1;
    }

    /** Everything in segments below this one was written before the given time. */
    private int agedSegment(long beforeWallMs) {
        int number = log.firstSegment();
        while (number < log.activeSegment() && log.createdWallMs(number + 1) < beforeWallMs) {
            number++;
        }
        return number;
    }

    /**
     * The first offset of a topic that is not in segments below the given one. Dead letters are kept by the time of
     * their publication, however old their segments are: they are carried forward.
     */
    private static long behind(Topic topic, int segment) {
        long offset = topic.firstOffset();
        if (TopicConfig.holdsDeadLetters(topic.config().name())) {
            return offset;
        }
        // One more than a step trims, so that the caller sees that there is more.
        long end = Math.min(topic.endOffset(), offset + TRIM_PER_STEP + 1);
        while (offset < end && Position.segment(topic.position(offset)) < segment) {
            offset++;
        }
        return offset;
    }

    /**
     * Carries forward the few messages that keep the oldest segment from being deleted. A segment with many stays: they
     * are a backlog that will be consumed.
     */
    void carryForward() throws IOException {
        int segment = log.firstSegment();
        if (!isDeletable(segment)) {
            return;
        }
        List<Reference> references = writer.ask(state ->
                        state.needed(segment) > CARRY_AT_MOST ? List.<Reference>of() : Reference.in(state, segment))
                .join();
        for (Reference reference : references) {
            Message message = writer.messages().at(reference.position());
            List<String> events = historyOf(message, segment);
            Command.CarryForward carry = new Command.CarryForward(
                    reference.position(),
                    message,
                    reference.pendingSlot(),
                    reference.deliverySlots(),
                    reference.places(),
                    writer.messages().failureAt(reference.failure()),
                    events);
            if (writer.submit(carry, message).join() instanceof Outcome.Refused) {
                return;
            }
        }
    }

    /**
     * The events of a message, from the segment that it leaves up to the active one: the segments between may be
     * deleted before its new one, which is the active segment; events in that are carried when it is emptied. If there
     * are too many: the first event and the last ones.
     */
    private List<String> historyOf(Message message, int segment) {
        long to = Position.of(log.activeSegment(), 0);
        List<String> lines = History.read(index, message.id(), Position.of(segment, 0), to).stream()
                .map(HistoryEvent::line)
                .toList();
        List<String> kept = new ArrayList<>();
        int room = log.maxPayloadBytes() / CARRY_EVENTS_PART;
        for (int i = lines.size() - 1; i > 0 && kept.size() < CARRY_EVENTS - 1 && room > 0; i--) {
            kept.add(0, lines.get(i));
            room -= MAX_BYTES_PER_CHAR * lines.get(i).length();
        }
        if (!lines.isEmpty()) {
            kept.add(0, lines.get(0));
        }
        return kept;
    }

    /** Keeps segments from this number on, even those that are no longer needed. */
    void holdSegments(int from) {
        heldSegment = from;
    }

    Snapshots snapshots() {
        return snapshots;
    }

    /** Returns whether a segment can be deleted as soon as no message in it is needed. */
    private boolean isDeletable(int segment) throws IOException {
        if (segment >= heldSegment) {
            return false;
        }
        List<Long> positions = snapshots.positions();
        if (positions.size() < 2 || segment >= Position.segment(positions.get(positions.size() - 1))) {
            return false;
        }
        long before = config.clock().wallMs() - config.retention().timeMs();
        return segment < log.activeSegment() && (segment < cutSegment() || log.createdWallMs(segment + 1) < before);
    }

    /**
     * Deletes the oldest segments as long as no message in them is needed, no kept snapshot begins in or before them,
     * and they are old enough.
     *
     * @return whether the oldest segment could be deleted if the few messages in it were carried forward
     */
    boolean deleteSegments() throws IOException {
        while (isDeletable(log.firstSegment())) {
            int segment = log.firstSegment();
            int needed = writer.ask(state -> {
                        int stillNeeded = state.needed(segment);
                        if (stillNeeded == 0) {
                            log.deleteSegment(segment);
                        }
                        return stillNeeded;
                    })
                    .join();
            if (needed > 0) {
                // Leased messages, and those far behind the front of their topic, cannot be carried. Trying again makes
                // sense only later, when a lease may have ended.
                long now = config.clock().monotonicMs();
                boolean worthwhile = needed <= CARRY_AT_MOST && (segment != lastTried || now >= nextCarryMs);
                if (worthwhile) {
                    lastTried = segment;
                    nextCarryMs = now + CARRY_AGAIN_MS;
                }
                return worthwhile;
            }
        }
        return false;
    }
}
