package io.pledgemq.engine.sim;

import io.pledgemq.engine.EngineConfig;
import io.pledgemq.engine.SimMaintenance;
import io.pledgemq.engine.command.Alert;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.CommandType;
import io.pledgemq.engine.command.ForceListener;
import io.pledgemq.engine.command.LeaseTerms;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageFilter;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.Silence;
import io.pledgemq.engine.index.LogIndex;
import io.pledgemq.engine.log.ForceFailedException;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.log.LogException;
import io.pledgemq.engine.log.LogFullException;
import io.pledgemq.engine.recovery.Recovery;
import io.pledgemq.engine.snapshot.Snapshots;
import io.pledgemq.engine.state.State;
import io.pledgemq.engine.writer.Receive;
import io.pledgemq.engine.writer.Writer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The whole engine on one simulated machine and one thread, with the model beside it: after each turn they are
 * compared; after each crash the model takes over what became of unanswered requests.
 */
final class Machine {
    final SimStorage storage;
    final SimClock clock = new SimClock(1_000, 1_700_000_000_000L);
    final Model model;
    final List<SimSession.Asked> questions = new ArrayList<>();
    /** All alerts so far. */
    final List<Alert> alerts = new ArrayList<>();

    private final SimOptions options;
    private final SplittableRandom random;
    /** Opening may fail too. */
    boolean openingMayFail = true;

    private final List<Op> open = new ArrayList<>();
    private final List<Op> answered = new ArrayList<>();
    private final List<SimSession.Asked> inbox = new ArrayList<>();
    private final MissingSenderCheck missingSenders;
    /** Futures of silent answers, kept like those of all other answers. */
    private final List<CompletableFuture<Outcome>> silences = new ArrayList<>();

    private final List<String> tail = new ArrayList<>();
    private @Nullable Writer writer;
    private @Nullable SimMaintenance maintenance;
    private @Nullable LogIndex index;
    private boolean maintaining;
    private final Set<CommandType> types = EnumSet.noneOf(CommandType.class);
    /** Positions to which messages were carried. */
    final List<Long> carriedTo = new ArrayList<>();

    private boolean diskLimited;
    private boolean tainted;
    /** The disk failed to read a message, so an answer is missing. */
    private boolean readFailed;

    private long failAt = Long.MAX_VALUE;
    private long traceHash;
    int crashes;
    int recoveries;
    long answers;

    Machine(SimOptions options, SplittableRandom random) {
        this.options = options;
        this.random = random;
        this.storage = new SimStorage(random.nextLong());
        this.model = new Model(options.checks(), options.rows());
        this.missingSenders = new MissingSenderCheck(model);
    }

    Writer writer() {
        if (writer == null) {
            throw new IllegalStateException("the machine is off");
        }
        return writer;
    }

    long traceHash() {
        return traceHash * 31 + storage.traceHash();
    }

    /** The last events, to explain a failure. */
    List<String> tail() {
        return tail;
    }

    void note(String text) {
        tail.add(text);
        if (tail.size() > 60) {
            tail.remove(0);
        }
        traceHash = traceHash * 31 + text.hashCode();
    }

    // ---- clients

    void submit(Command command) {
        open.add(new Op(command, null, writer().submit(command)));
    }

    void submit(Command command, Message message) {
        open.add(new Op(command, null, writer().submit(command, message)));
    }

    void unknown(Command.AnswerUnknown answer) {
        open.add(new Op(
                answer,
                null,
                writer().answerUnknown(answer.slot(), answer.transactionId(), answer.instance(), answer.detail())));
    }

    void silent(int slot, long transactionId, String instance, Silence why) {
        ModelMessage message = model.prepared(transactionId);
        if (message != null) {
            message.said.add(why);
        }
        silences.add(writer().answerSilent(slot, transactionId, instance, why));
    }

    void receive(String group, String topic, int max, long waitMs, long leaseMs, @Nullable MessageFilter filter) {
        receive(new Receive(
                group, topic, "client", max, waitMs, LeaseTerms.of(leaseMs), false, filter, new CompletableFuture<>()));
    }

    void receive(Receive receive) {
        open.add(new Op(null, receive, writer().submit(receive)));
    }

    void disconnect(SimSession session) {
        session.disconnect.run();
        missingSenders.disconnected(session.sender);
        ModelSenders.disconnected(model, session);
    }

    /** Cancels the request of a waiting receiver. */
    void cancelReceive() {
        List<Op> receives = open.stream().filter(op -> op.receive() != null).toList();
        if (!receives.isEmpty()) {
            Op gone = receives.get(random.nextInt(receives.size()));
            note("cancelled: " + gone);
            gone.answer().cancel(false);
            open.remove(gone);
        }
    }

    SimSession connect(Sender sender, int credit) {
        SimSession session = new SimSession(sender, credit);
        session.disconnect = writer().openSender(
                        sender,
                        requests -> requests.forEach(request -> inbox.add(new SimSession.Asked(session, request))),
                        credit);
        missingSenders.connected(sender);
        return session;
    }

    /** Returns the requests that were answered since the last call. */
    List<Op> takeAnswered() {
        List<Op> taken = new ArrayList<>(answered);
        answered.clear();
        return taken;
    }

    // ---- running

    /** One turn of the writer, and the comparison with the model. */
    void turn() {
        boolean whole = false;
        try {
            writer().runOnce();
            // A filter may have swallowed the exception.
            readFailed |= storage.isDown() || storage.calls() >= failAt;
            whole = !readFailed;
        } finally {
            // What a full disk refused is tried again later, so until a restart it may be late.
            model.full |= diskLimited || writer().diskFull();
            settle(whole);
        }
        if (readFailed) {
            throw new SimCrash(storage.calls());
        }
    }

    private void settle(boolean whole) {
        List<Op> done = open.stream().filter(Op::isDone).toList();
        if (!whole && done.isEmpty() && inbox.isEmpty()) {
            return;
        }
        open.removeIf(op -> op.isDone() && (whole || op.command() != null));
        done.forEach(op -> note(op.toString()));
        answers += done.size();
        State state = writer().state();
        model.begin(state.engineMs(), state.wallMs());
        long carried = new CarriedMessages(model, state).takeOver();
        if (carried != 0) {
            carriedTo.add(carried);
        }
        new Comparison(model, state).published(whole);
        model.answered(done);
        new Comparison(model, state).died(whole);
        new ModelPublishOrder(model).released(state, whole);
        model.served(done);
        for (SimSession.Asked asked : inbox) {
            note("asked " + asked.session().sender + " " + asked.request().number() + " of "
                    + asked.request().message().id());
            ModelSenders.asked(model, asked.session(), asked.request());
        }
        questions.addAll(inbox);
        inbox.clear();
        answered.addAll(done);
        if (whole) {
            for (Op op : open) {
                Violation.check(op.receive() != null, "never answered: %s", op);
                model.receives.add(op);
            }
            new Comparison(model, state).run();
        }
        missingSenders.run(whole);
    }

    /** Runs the engine's maintenance; it submits, and each submission runs the writer. */
    void maintain(boolean tidy, boolean snapshot) {
        SimMaintenance work = maintenance;
        if (work == null) {
            return;
        }
        maintaining = true;
        try {
            work.spares();
            if (snapshot) {
                work.snapshot();
            }
            if (tidy) {
                tidy(work);
            }
            work.index();
        } catch (ForceFailedException e) {
            throw e;
        } catch (IOException | LogException e) {
            if (e instanceof LogException broken && !(broken.getCause() instanceof IOException)) {
                throw broken;
            }
            note("maintenance failed: " + e.getMessage());
            model.emptying = 0;
        } finally {
            maintaining = false;
        }
    }

    private void tidy(SimMaintenance work) throws IOException {
        loggedTypes();
        work.trim();
        while (work.deleteSegments()) {
            model.emptying = writer().log().firstSegment();
            note("carry forward out of segment " + model.emptying);
            work.carryForward();
            model.emptying = 0;
            new Comparison(model, writer().state()).run();
        }
        new KeptCheck(model).noneIsGone(writer().log().firstSegment());
    }

    /** Limits the disk to this many bytes. */
    void limitDiskTo(long bytes) {
        diskLimited = true;
        storage.limitCapacity(bytes);
    }

    /** The types of all commands that were logged, those in deleted segments too. */
    Set<CommandType> loggedTypes() {
        writer().log().scan(0, frame -> {
            if (frame.isEntry()) {
                types.add(CommandType.ofCode(frame.type()));
            }
        });
        return types;
    }

    /** Leaves only a few bytes free on the disk, or removes the limit. */
    void limitDisk(boolean limited) {
        diskLimited = limited;
        if (limited) {
            storage.limitCapacity(
                    storage.usedBytes() + random.nextInt(2 * options.log().segmentBytes()));
        } else {
            storage.limitCapacity(Long.MAX_VALUE);
        }
        note(limited ? "disk full" : "disk free");
    }

    // ---- crashes

    /** Crashes, because an armed fault came or the power fails now, and starts again. */
    void crash(boolean power) {
        crashes++;
        boolean clean = open.isEmpty() && inbox.isEmpty() && !tainted;
        byte[] before = StateCheck.dump(writer().state());
        long highest = writer().state().engineMs();
        model.now = Math.max(model.now, highest);
        model.highestWall = Math.max(model.highestWall, writer().state().wallMs());
        note("crash, power " + power + ", open " + open);
        restart(power);
        Recovery.Recovered recovered = recover();
        State state = recovered.state();
        if (clean && java.util.Arrays.mismatch(before, StateCheck.dump(state)) >= 0) {
            throw new Violation("the recovered state is not the one before");
        }
        new Reconciliation(model, state, open).run();
        open.clear();
        inbox.clear();
        questions.clear();
        model.now = 0;
        model.emptying = 0;
        model.full = false;
        tainted = false;
        readFailed = false;
    }

    /** Notes that the writer stopped in the middle of a turn. */
    void taint() {
        tainted = true;
    }

    private void restart(boolean power) {
        if (power) {
            storage.crash();
        } else {
            storage.restart();
        }
    }

    /** Opens the engine; tries again after a fault. */
    Recovery.Recovered recover() {
        while (true) {
            if (openingMayFail && random.nextInt(8) == 0) {
                storage.crashAt(storage.calls() + 1 + random.nextInt(60));
            }
            if (openingMayFail && random.nextInt(16) == 0) {
                storage.failCallAt(storage.calls() + 1 + random.nextInt(60));
            }
            try {
                Recovery.Recovered recovered = open();
                recoveries++;
                return recovered;
            } catch (SimCrash e) {
                note("crashed while opening");
                disarm();
                restart(random.nextBoolean());
            } catch (LogFullException e) {
                note("disk full while opening");
                limitDisk(false);
                disarm();
                restart(false);
            } catch (LogException e) {
                if (!(e.getCause() instanceof IOException)) {
                    throw e;
                }
                note("failed while opening: " + e.getMessage());
                disarm();
                restart(random.nextBoolean());
            }
        }
    }

    /** One of the next calls fails. */
    void failSoon(int within) {
        failAt = storage.calls() + 1 + random.nextInt(within);
        storage.failCallAt(failAt);
    }

    /** No fault is armed any more; a full disk stays full. */
    void disarm() {
        storage.crashAt(Long.MAX_VALUE);
        storage.failCallAt(Long.MAX_VALUE);
        failAt = Long.MAX_VALUE;
        storage.failForceAt(Long.MAX_VALUE);
    }

    private Recovery.Recovered open() {
        Log log = Log.open(storage, options.log(), clock.wallMs());
        Snapshots snapshots = new Snapshots(storage);
        if (openingMayFail) {
            disarm();
        }
        Recovery.Recovered recovered = Recovery.run(log, snapshots);
        Violation.check(recovered.warnings().isEmpty(), "a crash damaged snapshots: %s", recovered.warnings());
        RecoveryCheck.run(storage.copy(random.nextLong()), log, recovered.state());
        Writer.Outside outside = new Writer.Outside(this::inline, this::inline, this::alerted, ForceListener.NONE);
        missingSenders.opened(recovered.state());
        writer = new Writer(
                recovered.state(), log, Limits.DEFAULT.withRows(options.rows()), options.checks(), clock, outside);
        writer.onSubmit(() -> {
            if (maintaining) {
                turn();
            }
        });
        EngineConfig config = EngineConfig.defaults()
                .withLog(options.log())
                .withClock(clock)
                .withRetention(new EngineConfig.Retention(
                        random.nextInt(20_000),
                        random.nextBoolean() ? 0 : 4L * options.log().segmentBytes()));
        // So little memory that files are closed and reopened, and that sorting uses the disk.
        LogIndex newIndex = new LogIndex(storage, log, 20_000, 64);
        index = newIndex;
        maintenance = new SimMaintenance(writer, snapshots, config, recovered.snapshot(), newIndex);
        return recovered;
    }

    private void alerted(Alert alert) {
        alerts.add(alert);
        note(alert.toString());
        missingSenders.alerted(alert);
    }

    /** Runs a task like an executor's thread, which an exception does not stop. */
    private void inline(Runnable task) {
        try {
            task.run();
        } catch (LogException e) {
            note("a task failed: " + e.getMessage());
            readFailed = true;
        }
    }

    /** Reads every needed message and every reason, and compares them with the model. */
    void readAll() {
        if (index != null) {
            new IndexCheck(writer().log(), index).compare(model.messages.values(), recoveries);
        }
        new KeptCheck(model).readAll(writer());
    }

    /** Whether an answer is a lease. */
    static boolean isLease(Op op) {
        return op.receive() != null && op.isDone() && op.answer().join() instanceof Outcome.Received;
    }
}
