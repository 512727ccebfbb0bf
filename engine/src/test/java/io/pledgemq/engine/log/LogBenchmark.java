package io.pledgemq.engine.log;

import io.pledgemq.engine.io.FileStorage;
import io.pledgemq.engine.io.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Measures appending, forcing, scanning and reading on a real disk; not part of the build. Argument: a directory on
 * that disk.
 */
final class LogBenchmark {
    private static final int FRAME_BYTES = 128;
    private static final int FRAMES_PER_FLUSH = 1000;
    private static final int FLUSHES = 4000;

    private LogBenchmark() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createTempDirectory(Path.of(arguments[0]), "log-benchmark");
        try (Storage storage = FileStorage.open(directory.resolve("data"));
                Log log = Log.open(storage, LogConfig.defaults(), System.currentTimeMillis())) {
            long started = System.nanoTime();
            while (log.spares() < 16) {
                log.createSpare();
            }
            say("created spare segments", 16 * 64.0, "MiB", started);
            long appendNs = 0;
            long position = 0;
            started = System.nanoTime();
            byte[] payload = new byte[FRAME_BYTES - FrameFormat.HEADER_BYTES];
            for (int flush = 0; flush < FLUSHES; flush++) {
                long from = System.nanoTime();
                log.beginBatch(flush, flush, flush);
                for (int i = 0; i < FRAMES_PER_FLUSH; i++) {
                    ByteBuffer target = log.begin((byte) 16, payload.length);
                    position = log.position();
                    target.put(payload);
                    log.end();
                }
                appendNs += System.nanoTime() - from;
                log.flush();
            }
            double frames = (double) FLUSHES * FRAMES_PER_FLUSH;
            say("appended and forced, " + FRAMES_PER_FLUSH + " per flush", frames, "frames", started);
            System.out.printf(Locale.ROOT, "of that building frames: %.0f ns each%n", appendNs / frames);
            started = System.nanoTime();
            for (int i = 0; i < 20_000; i++) {
                log.beginBatch(i, i, i);
                log.begin((byte) 16, payload.length).put(payload);
                log.end();
                log.flush();
            }
            say("flushes of one frame", 20_000, "flushes", started);
            started = System.nanoTime();
            long[] seen = new long[1];
            log.scan(0, frame -> seen[0]++);
            say("scanned", (double) seen[0], "frames", started);
            started = System.nanoTime();
            for (int i = 0; i < 1_000_000; i++) {
                log.read(position);
            }
            say("read by position", 1_000_000, "frames", started);
            System.out.println("segments used: " + log.activeSegment());
        }
    }

    private static void say(String what, double count, String unit, long started) {
        double seconds = (System.nanoTime() - started) / 1e9;
        System.out.printf(
                Locale.ROOT, "%s: %.0f %s in %.2f s = %.0f per second%n", what, count, unit, seconds, count / seconds);
    }
}
