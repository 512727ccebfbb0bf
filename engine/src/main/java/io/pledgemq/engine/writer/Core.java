package io.pledgemq.engine.writer;

import io.pledgemq.engine.codec.CommandCodec;
import io.pledgemq.engine.command.Alert;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.ForceListener;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.io.EngineClock;
import io.pledgemq.engine.io.StorageFullException;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.log.LogFullException;
import io.pledgemq.engine.state.Effects;
import io.pledgemq.engine.state.Pending;
import io.pledgemq.engine.state.State;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * State and log together, on the writer's thread: a command that the state cannot answer is appended to the open batch
 * and applied. Nothing it returns may leave the writer before {@link #force}.
 */
final class Core {
    /** A jump of the wall clock by more than this against the monotonic one is alerted. */
    private static final long WALL_JUMP_MS = 60_000;

    /** Pause before retrying what a full disk refused. */
    static final long RETRY_WHEN_FULL_MS = 1_000;

    private final State state;
    private final Log log;
    private final Limits limits;
    private final EngineClock clock;
    private final Alerts alerts;
    private final LimitAlerts limitAlerts;
    private final QueueBudget queueBudget;
    private final ForceListener listener;
    private Effects effects = Effects.NONE;

    private final long engineBaseMs;
    private final long monotonicBaseMs;
    private long wallMinusEngineMs;
    private boolean batchOpen;
    private final AtomicBoolean diskFull = new AtomicBoolean();
    private long commands;
    private long forces;
    private long forcedCommands;

    Core(State state, Log log, Limits limits, EngineClock clock, Alerts alerts, ForceListener listener) {
        this.state = state;
        this.log = log;
        this.limits = limits;
        this.clock = clock;
        this.alerts = alerts;
        this.limitAlerts = new LimitAlerts(alerts);
        this.queueBudget = new QueueBudget(state, limits.rows(), limitAlerts);
        this.listener = listener;
        this.engineBaseMs = Math.max(state.engineMs(), log.engineMs());
        this.monotonicBaseMs = clock.monotonicMs();
        this.wallMinusEngineMs = clock.wallMs() - engineBaseMs;
    }

    void effects(Effects newEffects) {
        effects = newEffects;
    }

    /** Begins a turn: everything in it happens at one time. */
    void turn() {
        long engineMs = engineBaseMs + clock.monotonicMs() - monotonicBaseMs;
        long wallMs = clock.wallMs();
        long drift = wallMs - engineMs - wallMinusEngineMs;
        if (Math.abs(drift) > WALL_JUMP_MS) {
            alerts.raise(new Alert(
                    Alert.Kind.CLOCK_JUMPED,
                    "",
                    "the wall clock jumped by " + drift
                            + " ms; delayed messages follow the wall clock, all other timers do not"));
            wallMinusEngineMs += drift;
        }
        state.time(engineMs, wallMs);
        limitAlerts.turn();
    }

    /** Answers, or logs and applies. */
    Outcome run(Command command) {
        Outcome known = state.answer(command, limits);
        if (known == null && bringsData(command)) {
            known = queueBudget.refuse(command);
            known = known == null ? refuseWhenFull() : known;
        }
        if (known instanceof Outcome.Refused refused) {
            alertLimit(refused);
        }
        return known != null ? known : append(command);
    }

    /** Alerts the operator once about a limit that refuses many senders; each sender gets its own refusal. */
    private void alertLimit(Outcome.Refused refused) {
        Pending pending = state.pending();
        Limits.Rows rows = limits.rows();
        if (refused.why() == Refusal.TOO_MANY_PENDING) {
            limitAlerts.reached(
                    "pending",
                    "pending",
                    "half messages and delayed ones are refused: " + refused.text(),
                    () -> LimitAlerts.isFree(pending.used(), rows.pending()));
        } else if (refused.why() == Refusal.TOO_MANY_DELAYED) {
            limitAlerts.reached(
                    "delayed",
                    "delayed",
                    "delayed messages are refused: " + refused.text(),
                    () -> LimitAlerts.isFree(pending.delayed(), rows.delayed()));
        }
    }

    private static boolean bringsData(Command command) {
        return switch (command.type()) {
            case SEND, PREPARE, CREATE_TOPIC, PUT_GROUP, SUBSCRIBE -> true;
            default -> false;
        };
    }

    /**
     * Refuses new data that would use up the reserve. Creates spare segments itself if they are needed sooner than the
     * background thread makes them.
     */
    private @Nullable Outcome refuseWhenFull() {
        while (log.belowReserve()) {
            if (diskFull.get()) {
                return full();
            }
            try {
                log.createSpare();
            } catch (StorageFullException e) {
                becomeFull();
            }
        }
        return null;
    }

    private void becomeFull() {
        if (diskFull(true)) {
            alerts.raise(diskAlert(true));
        }
    }

    private Outcome full() {
        return new Outcome.Refused(
                Refusal.DISK_FULL,
                "the disk is full: new messages are refused, " + log.remainingBytes()
                        + " bytes are left in reserve for decisions and acknowledgements; free space, no restart is needed");
    }

    private Outcome append(Command command) {
        int bytes = CommandCodec.maxBytes(command);
        if (bytes > log.maxPayloadBytes()) {
            return new Outcome.Refused(
                    Refusal.ILLEGAL_ARGUMENT,
                    "a command " + command.type() + " of up to " + bytes
                            + " bytes does not fit the log, limit maxPayloadBytes=" + log.maxPayloadBytes()
                            + ": use shorter texts, a smaller body, or larger segments");
        }
        ByteBuffer payload;
        try {
            if (!batchOpen) {
                log.beginBatch(state.engineMs(), state.wallMs(), state.digest());
                batchOpen = true;
            }
            payload = log.begin(command.type().code(), CommandCodec.version(command), bytes);
        } catch (LogFullException e) {
            becomeFull();
            return full();
        }
        long position = log.position();
        CommandCodec.encode(payload, command);
        log.end();
        commands++;
        return state.apply(position, command, effects);
    }

    /** Makes everything since the last call durable. */
    void force() {
        if (batchOpen) {
            long begun = System.nanoTime();
            log.flush();
            batchOpen = false;
            forces++;
            listener.forced(System.nanoTime() - begun, (int) (commands - forcedCommands));
            forcedCommands = commands;
        }
    }

    /**
     * Notes on any thread whether the disk is full. Returns whether that has changed, so that {@link #diskAlert} is
     * due.
     */
    boolean diskFull(boolean full) {
        return diskFull.compareAndSet(!full, full);
    }

    boolean diskFull() {
        return diskFull.get();
    }

    static Alert diskAlert(boolean full) {
        return full
                ? new Alert(
                        Alert.Kind.DISK_FULL,
                        "",
                        "the disk is full: new messages are refused, decisions and acknowledgements still work from the"
                                + " reserve; free space, no restart is needed")
                : new Alert(Alert.Kind.DISK_FREE, "", "there is space again: new messages are accepted");
    }

    State state() {
        return state;
    }

    Limits limits() {
        return limits;
    }

    LimitAlerts limitAlerts() {
        return limitAlerts;
    }

    Log log() {
        return log;
    }

    /** Commands logged since the start. */
    long commands() {
        return commands;
    }

    /** Forces since the start. */
    long forces() {
        return forces;
    }
}
