package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Alert;
import io.pledgemq.engine.command.CheckListener;
import io.pledgemq.engine.command.CheckPolicy;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.ForceListener;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.Silence;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.io.EngineClock;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.state.State;
import io.pledgemq.engine.state.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The work of the one writer thread. {@link #runOnce} takes what was submitted, fires timers, serves receivers and asks
 * senders; then forces once, and only then releases answers, questions and alerts, in that order, through the executors
 * that it was given. Group commit is nothing but this loop.
 *
 * <p>Any thread may submit; one thread calls {@link #runOnce}. If that throws, the writer is broken: it has released
 * nothing of the failed turn, and only the log counts.
 */
public final class Writer {
    private static final int REQUESTS_PER_TURN = 4096;
    private static final long BYTES_PER_TURN = 8 << 20;

    private final Core core;
    private final Limits limits;
    private final Messages messages;
    private final Alerts alerts = new Alerts();
    private final PendingAnswers answers = new PendingAnswers();
    private final List<Runnable> notifications = new ArrayList<>();
    private final DeadLetterAlerts deadLetterAlerts;
    private final DeliveryScheduler deliveries;
    private final CheckScheduler checks;
    private final DelayScheduler delays;
    private final Outside outside;

    private final ConcurrentLinkedQueue<PendingAnswers.Task> requests = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytesInFlight = new AtomicLong();
    private long bytesThisTurn;
    private volatile @Nullable Throwable broken;
    private volatile Runnable wakeUp = () -> {};

    /**
     * Receivers of what the writer releases after the force.
     *
     * @param answers completes the futures of callers, in order
     * @param notifications runs listeners, in order
     * @param alerts receives every alert, on the notifications executor
     * @param forces called after every force, on the writer's thread
     */
    public record Outside(Executor answers, Executor notifications, Consumer<Alert> alerts, ForceListener forces) {}

    public Writer(State state, Log log, Limits limits, CheckPolicy policy, EngineClock clock, Outside outside) {
        this.limits = limits;
        this.outside = outside;
        this.messages = new Messages(log);
        this.core = new Core(state, log, limits, clock, alerts, outside.forces());
        this.deadLetterAlerts = new DeadLetterAlerts(state, messages);
        LeaseAnswers leased = new LeaseAnswers(core, messages, alerts, this::enqueue);
        this.deliveries = new DeliveryScheduler(
                core, answers, messages, (receive, items) -> answers.add(receive.answer(), leased.to(receive, items)));
        this.checks = new CheckScheduler(core, policy, alerts, messages);
        this.delays = new DelayScheduler(core);
        core.effects(new EffectRouter(deliveries, checks, delays, deadLetterAlerts));
    }

    /** Called whenever something was submitted, by the submitting thread. */
    public void onSubmit(Runnable newWakeUp) {
        wakeUp = newWakeUp;
    }

    /** Logs and applies a command. */
    public CompletableFuture<Outcome> submit(Command command) {
        CompletableFuture<Outcome> future = new CompletableFuture<>();
        enqueue(future, () -> answers.add(future, decided(command, core.run(command))));
        return future;
    }

    /** Creates a topic, or leaves an existing one unchanged; refused if that has another type. */
    public CompletableFuture<Outcome> ensureTopic(String name, TopicType type) {
        CompletableFuture<Outcome> future = new CompletableFuture<>();
        enqueue(future, () -> {
            Topic existing = core.state().topic(name);
            int queues = existing == null
                    ? TopicConfig.USUAL_QUEUES
                    : existing.config().queues();
            answers.add(future, core.run(new Command.CreateTopic(new TopicConfig(name, type, queues))));
        });
        return future;
    }

    /** Raises the alert for a contrary decision that was found outside the state. */
    public Outcome decidedBefore(Command.Decide later, Decision first) {
        Outcome outcome = State.decidedBefore(later, first);
        enqueue(() -> decided(later, outcome));
        return outcome;
    }

    private Outcome decided(Command command, Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused && refused.why() == Refusal.CONTRARY_DECISION) {
            alerts.raise(new Alert(
                    Alert.Kind.CONTRARY_DECISION,
                    ((Command.Decide) command).id().text(),
                    refused.text()));
        }
        return outcome;
    }

    /** Logs and applies a command that contains a message. */
    public CompletableFuture<Outcome> submit(Command command, Message message) {
        int bytes = message.body().length;
        long total = bytesInFlight.addAndGet(bytes);
        if (total > limits.bytesInFlight() && total > bytes) {
            bytesInFlight.addAndGet(-bytes);
            return CompletableFuture.completedFuture(
                    new Outcome.Refused(
                            Refusal.TOO_MANY_IN_FLIGHT,
                            "limit bytesInFlight=" + limits.bytesInFlight()
                                    + " is reached by messages that wait for the disk: wait for their answers before sending more"));
        }
        CompletableFuture<Outcome> future = new CompletableFuture<>();
        enqueue(future, () -> {
            bytesThisTurn += bytes;
            Outcome outcome = core.run(command);
            if (outcome instanceof Outcome.Stored stored && !stored.duplicate()) {
                messages.stored(stored.position(), message);
            }
            answers.add(future, () -> {
                bytesInFlight.addAndGet(-bytes);
                future.complete(outcome);
            });
        });
        return future;
    }

    /** Requests messages. Cancelling the answer ends the wait; messages leased at that moment are given back. */
    public CompletableFuture<Outcome> submit(Receive receive) {
        CompletableFuture<Outcome> answer = receive.answer();
        DeliveryScheduler.Waiter waiter = new DeliveryScheduler.Waiter(receive);
        enqueue(answer, () -> deliveries.receive(waiter));
        CompletableFuture<Outcome> unused = answer.whenComplete((outcome, failure) -> {
            if (failure != null && broken == null) {
                enqueue(() -> deliveries.cancel(waiter));
            }
        });
        return answer;
    }

    /** A sender answers that it does not know yet. */
    public CompletableFuture<Outcome> answerUnknown(int slot, long transactionId, String instance, String detail) {
        CompletableFuture<Outcome> future = new CompletableFuture<>();
        enqueue(
                future,
                () -> answers.add(
                        future, checks.unknown(new Command.AnswerUnknown(slot, transactionId, instance, detail))));
        return future;
    }

    /** A sender says why it has no answer. */
    public CompletableFuture<Outcome> answerSilent(int slot, long transactionId, String instance, Silence why) {
        CompletableFuture<Outcome> future = new CompletableFuture<>();
        enqueue(future, () -> answers.add(future, checks.silent(slot, transactionId, instance, why)));
        return future;
    }

    /**
     * Connects a sender that can be asked.
     *
     * @return an action that disconnects it
     */
    public Runnable openSender(Sender sender, CheckListener listener, int credit) {
        SenderSession session = new SenderSession(sender, listener, credit);
        enqueue(() -> checks.open(session));
        return () -> enqueue(() -> {
            if (session.open) {
                checks.close(session);
            }
        });
    }

    /** Reads the state; the answer is released after the force of everything it depends on. */
    public <T> CompletableFuture<T> ask(Function<State, T> question) {
        CompletableFuture<T> future = new CompletableFuture<>();
        enqueue(future, () -> {
            T answer = question.apply(core.state());
            answers.add(future, () -> future.complete(answer));
        });
        return future;
    }

    /** Runs something on the writer's thread, between the commands of a batch. */
    private void enqueue(Runnable request) {
        enqueue(new CompletableFuture<>(), request);
    }

    private void enqueue(CompletableFuture<?> future, Runnable request) {
        requests.add(new PendingAnswers.Task(future, request));
        wakeUp.run();
        if (broken != null) {
            failAll();
        }
    }

    /** Called when {@link #runOnce} threw: fails everything that waits for an answer. */
    public void breakDown(Throwable cause) {
        broken = cause;
        answers.take().forEach(task -> task.future().completeExceptionally(cause));
        deliveries.waiting().forEach(receive -> receive.answer().completeExceptionally(cause));
        failAll();
    }

    private void failAll() {
        Throwable cause = broken;
        for (PendingAnswers.Task request = requests.poll();
                cause != null && request != null;
                request = requests.poll()) {
            request.future().completeExceptionally(cause);
        }
    }

    /** Refuses all receivers that wait for messages. */
    public CompletableFuture<Boolean> refuseReceivers(Outcome.Refused why) {
        return ask(state -> {
            for (Receive receive : deliveries.waiting()) {
                answers.add(receive.answer(), why);
            }
            return true;
        });
    }

    /** One turn. Returns whether there was anything to do. */
    public boolean runOnce() {
        core.turn();
        long before = core.commands();
        deliveries.fireTimers();
        delays.fireTimers();
        int taken = takeRequests();
        checks.ask();
        deliveries.match();
        core.force();
        release();
        return taken > 0 || core.commands() > before;
    }

    private int takeRequests() {
        bytesThisTurn = 0;
        int taken = 0;
        while (taken < REQUESTS_PER_TURN && bytesThisTurn < BYTES_PER_TURN) {
            PendingAnswers.Task request = requests.poll();
            if (request == null) {
                break;
            }
            request.run();
            taken++;
        }
        return taken;
    }

    private void release() {
        for (var alert : deadLetterAlerts.take()) {
            notifications.add(() -> outside.alerts.accept(alert.get()));
        }
        for (Alert alert : alerts.take()) {
            notifications.add(() -> outside.alerts.accept(alert));
        }
        checks.send(notifications);
        if (!answers.isEmpty()) {
            List<PendingAnswers.Task> batch = answers.take();
            outside.answers.execute(() -> batch.forEach(Runnable::run));
        }
        // One by one: a listener that throws does not stop the other notifications.
        notifications.forEach(outside.notifications::execute);
        notifications.clear();
    }

    /** How long the writer may rest if nothing is submitted, in ms; 0 = not at all. */
    public long restMs() {
        if (!requests.isEmpty()) {
            return 0;
        }
        long engineMs = core.state().engineMs();
        long byEngine = Math.min(deliveries.nextDue(), checks.nextDue()) - engineMs;
        long byWall = delays.nextDueWallMs() - core.state().wallMs();
        return Math.max(0, Math.min(byEngine, byWall));
    }

    /** Seals the log. To be called when there was nothing to do for a while. */
    public void idle() {
        core.log().seal();
    }

    /** Called on any thread when the disk becomes full or free again. */
    public void diskFull(boolean full) {
        if (core.diskFull(full)) {
            enqueue(() -> alerts.raise(Core.diskAlert(full)));
        }
    }

    /** Returns whether new messages are refused. */
    public boolean diskFull() {
        return core.diskFull();
    }

    public Messages messages() {
        return messages;
    }

    /** Upper bounds of what callers may ask. */
    public Limits limits() {
        return limits;
    }

    public State state() {
        return core.state();
    }

    public Log log() {
        return core.log();
    }

    /** Questions sent to senders since the start. */
    public long checksAsked() {
        return checks.asked();
    }

    /** Commands logged since the start. */
    public long commands() {
        return core.commands();
    }

    /** Forces since the start. */
    public long forces() {
        return core.forces();
    }
}
