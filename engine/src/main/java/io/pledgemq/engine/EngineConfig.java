package io.pledgemq.engine;

import io.pledgemq.engine.command.Alert;
import io.pledgemq.engine.command.CheckPolicy;
import io.pledgemq.engine.command.ForceListener;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.ProgressListener;
import io.pledgemq.engine.io.EngineClock;
import io.pledgemq.engine.log.LogConfig;
import java.util.function.Consumer;

/**
 * Settings of an engine. Immutable.
 *
 * @param log sizes of the log and of the disk reserve
 * @param limits upper bounds of what callers may ask
 * @param checks when senders are asked about half messages
 * @param retention how long settled messages are kept
 * @param snapshotEveryBytes log written between snapshots; it bounds the replay after a crash
 * @param clock monotonic time and wall time
 * @param onAlert receives every alert, one at a time, on a separate thread; must not throw
 * @param onFatal called when the engine has stopped because it can no longer keep its promise; the default halts the
 *     process
 * @param onForce called after every force of the log, on the writer's thread
 * @param onProgress called with the progress of opening
 */
public record EngineConfig(
        LogConfig log,
        Limits limits,
        CheckPolicy checks,
        Retention retention,
        long snapshotEveryBytes,
        EngineClock clock,
        Consumer<Alert> onAlert,
        Consumer<Throwable> onFatal,
        ForceListener onForce,
        ProgressListener onProgress) {

    /** Bytes that a frame needs besides body and properties. */
    private static final int FRAME_OVERHEAD_BYTES = 32 << 10;

    /**
     * Checks that the parts fit together.
     *
     * @throws IllegalArgumentException if a message within the limits would not fit the log
     */
    void check() {
        long largest = limits.bodyBytes() + 3L * limits.propertiesBytes() + FRAME_OVERHEAD_BYTES;
        if (largest > log.maxPayloadBytes()) {
            throw new IllegalArgumentException("a message within the limits may take " + largest
                    + " bytes in the log, which takes maxPayloadBytes=" + log.maxPayloadBytes()
                    + "; lower bodyBytes=" + limits.bodyBytes() + " or propertiesBytes=" + limits.propertiesBytes()
                    + ", or raise maxPayloadBytes");
        }
    }

    /** Exit status of a process whose engine could no longer keep its promise. */
    public static final int EXIT_FATAL = 70;

    /**
     * How long settled messages are kept, for rewinding and for history.
     *
     * @param timeMs at least this long
     * @param bytes but only while the log is smaller; 0 = no bound
     */
    public record Retention(long timeMs, long bytes) {
        public static final Retention DEFAULT = new Retention(3L * 24 * 3600 * 1000, 0);
    }

    /** The defaults: alerts go to the platform's logger, a fatal failure halts the process. */
    public static EngineConfig defaults() {
        return new EngineConfig(
                LogConfig.defaults(),
                Limits.DEFAULT,
                CheckPolicy.DEFAULT,
                Retention.DEFAULT,
                256L << 20,
                EngineClock.system(),
                alert -> System.getLogger(Engine.class.getName())
                        .log(System.Logger.Level.WARNING, alert.kind() + " " + alert.subject() + ": " + alert.text()),
                EngineConfig::halt,
                ForceListener.NONE,
                ProgressListener.NONE);
    }

    private static void halt(Throwable cause) {
        System.getLogger(Engine.class.getName())
                .log(
                        System.Logger.Level.ERROR,
                        "the engine stops the process: what is durable is unknown; restart it",
                        cause);
        Runtime.getRuntime().halt(EXIT_FATAL);
    }

    public EngineConfig withLog(LogConfig newLog) {
        return new EngineConfig(
                newLog, limits, checks, retention, snapshotEveryBytes, clock, onAlert, onFatal, onForce, onProgress);
    }

    public EngineConfig withLimits(Limits newLimits) {
        return new EngineConfig(
                log, newLimits, checks, retention, snapshotEveryBytes, clock, onAlert, onFatal, onForce, onProgress);
    }

    public EngineConfig withChecks(CheckPolicy newChecks) {
        return new EngineConfig(
                log, limits, newChecks, retention, snapshotEveryBytes, clock, onAlert, onFatal, onForce, onProgress);
    }

    public EngineConfig withRetention(Retention newRetention) {
        return new EngineConfig(
                log, limits, checks, newRetention, snapshotEveryBytes, clock, onAlert, onFatal, onForce, onProgress);
    }

    public EngineConfig withSnapshotEveryBytes(long newBytes) {
        return new EngineConfig(log, limits, checks, retention, newBytes, clock, onAlert, onFatal, onForce, onProgress);
    }

    public EngineConfig withClock(EngineClock newClock) {
        return new EngineConfig(
                log, limits, checks, retention, snapshotEveryBytes, newClock, onAlert, onFatal, onForce, onProgress);
    }

    public EngineConfig withOnAlert(Consumer<Alert> newOnAlert) {
        return new EngineConfig(
                log, limits, checks, retention, snapshotEveryBytes, clock, newOnAlert, onFatal, onForce, onProgress);
    }

    public EngineConfig withOnFatal(Consumer<Throwable> newOnFatal) {
        return new EngineConfig(
                log, limits, checks, retention, snapshotEveryBytes, clock, onAlert, newOnFatal, onForce, onProgress);
    }

    public EngineConfig withOnForce(ForceListener newOnForce) {
        return new EngineConfig(
                log, limits, checks, retention, snapshotEveryBytes, clock, onAlert, onFatal, newOnForce, onProgress);
    }

    public EngineConfig withOnProgress(ProgressListener newOnProgress) {
        return new EngineConfig(
                log, limits, checks, retention, snapshotEveryBytes, clock, onAlert, onFatal, onForce, newOnProgress);
    }
}
