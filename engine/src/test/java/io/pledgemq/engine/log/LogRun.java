package io.pledgemq.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.engine.io.StorageFullException;
import io.pledgemq.engine.sim.SimStorage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Drives a log with random work that repeats by its seed, remembers what was acknowledged, and checks after each
 * opening that nothing is lost, altered, out of order, or was never written.
 */
final class LogRun {
    static final LogConfig SMALL = new LogConfig(4096, 700, 1);
    static final byte TYPE = 16;

    /** A frame as the caller knows it. */
    record Entry(long position, String payload) {}

    private final SimStorage storage;
    private final SplittableRandom random;
    private final List<Entry> acknowledged = new ArrayList<>();
    private final List<Entry> inFlight = new ArrayList<>();
    private int deletedBelow = 1;
    private long counter;
    private long time = 1_000_000;
    private @Nullable Log log;

    LogRun(SimStorage storage, long seed) {
        this.storage = storage;
        this.random = new SplittableRandom(seed);
    }

    List<Entry> acknowledged() {
        return acknowledged;
    }

    Log log() {
        Log current = log;
        if (current == null) {
            throw new IllegalStateException("the log is not open");
        }
        return current;
    }

    /** Opens the log and checks what it holds. */
    void open() {
        Log opened = Log.open(storage, SMALL, time);
        log = opened;
        List<Entry> found = entries(opened);
        acknowledged.removeIf(entry -> entry.position() < opened.firstPosition());
        assertThat(opened.firstSegment()).isLessThanOrEqualTo(deletedBelow);
        if (opened.firstSegment() > 1) {
            assertThatThrownBy(() -> storage.bytesOf(SegmentFile.name(opened.firstSegment() - 1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        List<Entry> possible = new ArrayList<>(acknowledged);
        possible.addAll(inFlight);
        assertThat(found).hasSizeBetween(acknowledged.size(), possible.size());
        assertThat(found).isEqualTo(possible.subList(0, found.size()));
        acknowledged.clear();
        acknowledged.addAll(found);
        inFlight.clear();
    }

    /** All frames of users in the log, each read twice: by the scan and by its position. */
    static List<Entry> entries(Log log) {
        List<Entry> entries = new ArrayList<>();
        log.scan(0, frame -> {
            if (frame.isEntry()) {
                entries.add(entry(frame));
            }
        });
        for (Entry entry : entries) {
            assertThat(entry(log.read(entry.position()))).isEqualTo(entry);
        }
        return entries;
    }

    static Entry entry(Frame frame) {
        byte[] bytes = new byte[frame.payload().remaining()];
        frame.payload().duplicate().get(bytes);
        return new Entry(frame.position(), new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    /** Does random things for a while. */
    void work(int steps) {
        for (int step = 0; step < steps; step++) {
            int kind = random.nextInt(20);
            if (kind < 12) {
                batch(1 + random.nextInt(6));
            } else if (kind < 14) {
                log().seal();
            } else if (kind < 16) {
                createSpare();
            } else if (kind < 18) {
                deleteOldest();
            } else if (kind == 18) {
                log().close();
                open();
            } else {
                storage.restart();
                open();
            }
        }
    }

    void batch(int frames) {
        time += random.nextInt(1000);
        try {
            log().beginBatch(time, time, time * 31);
            for (int i = 0; i < frames; i++) {
                append(random.nextInt(10) == 0 ? SMALL.maxPayloadBytes() : random.nextInt(150));
            }
        } catch (LogFullException e) {
            // Frames from before the disk was full are still good; the flush below proves it.
            assertThat(log().spares()).isZero();
        }
        log().flush();
        acknowledged.addAll(inFlight);
        inFlight.clear();
    }

    private void append(int size) {
        if (random.nextInt(8) == 0) {
            log().begin(TYPE, 10).putInt(7);
            log().cancel();
        }
        ByteBuffer target = log().begin(TYPE, size);
        long position = log().position();
        String text = Long.toString(counter++);
        text = text.repeat(size / text.length());
        target.put(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        inFlight.add(new Entry(position, text));
        log().end();
        assertThat(entry(log().read(position)).payload()).isEqualTo(text);
    }

    private void createSpare() {
        try {
            if (log().wantsSpare()) {
                log().createSpare();
            }
        } catch (StorageFullException e) {
            assertThat(e).hasMessageContaining("no space left");
        }
    }

    private void deleteOldest() {
        if (log().activeSegment() - log().firstSegment() >= 2) {
            deletedBelow = log().firstSegment() + 1;
            log().deleteSegment(log().firstSegment());
            acknowledged.removeIf(entry -> entry.position() < log().firstPosition());
        }
    }
}
