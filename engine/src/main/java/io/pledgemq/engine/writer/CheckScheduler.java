package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Alert;
import io.pledgemq.engine.command.CheckPolicy;
import io.pledgemq.engine.command.CheckRequest;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Refusal;
import io.pledgemq.engine.command.Sender;
import io.pledgemq.engine.command.Silence;
import io.pledgemq.engine.log.LogException;
import io.pledgemq.engine.state.Hashes;
import io.pledgemq.engine.state.Pending;
import io.pledgemq.engine.state.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks senders about half messages whose check is due: first the instance that prepared the message, then others of its
 * service, then, if its sender allows it, other producers of its topic. A round ends with the first answer, or when all
 * connected instances were asked in vain; it counts as one check, and only if an instance was asked. If an instance
 * does not answer in time the next one is asked, which costs no further check; the time for an answer runs from the
 * last answer to an earlier question, since a sender works on its questions one after the other. While the preparing
 * instance has as many open questions as it accepts, the message waits for it, as long as it answers any question in
 * the time for one. Without a connected sender nothing is logged or counted: the messages wait for the next sender of
 * their service. An alert says so, but not in the first seconds after a start, when senders connect one by one.
 */
final class CheckScheduler {
    /** Checks that become due in one turn. */
    private static final int TIMERS_PER_TURN = 4096;

    private final Core core;
    private final CheckPolicy policy;
    private final Alerts alerts;
    private final Messages messages;
    private final TimerHeap timers = new TimerHeap();
    private final ReconnectChecks reconnectChecks;
    private final Map<Long, CheckQueue> services = new HashMap<>();
    /** Queues in which half messages wait. */
    private final Set<CheckQueue> wanted = new LinkedHashSet<>();
    /** The service of the producers of a topic, by topic id. */
    private final Map<Integer, Long> producers = new HashMap<>();

    private final Map<Integer, CheckRound> rounds = new HashMap<>();
    private final Map<SenderSession, List<Question>> outbox = new LinkedHashMap<>();
    /** The engine started so recently that the senders of the half messages it found may still connect. */
    private boolean quiet;

    private final long quietUntilMs;
    private long asked;

    /** A question to send after the force. */
    record Question(int slot, long transactionId, long position, int number) {}

    CheckScheduler(Core core, CheckPolicy policy, Alerts alerts, Messages messages) {
        this.core = core;
        this.policy = policy;
        this.alerts = alerts;
        this.messages = messages;
        this.reconnectChecks = new ReconnectChecks(core, rounds::containsKey);
        this.quietUntilMs = core.state().engineMs() + policy.quietMs();
        Pending pending = core.state().pending();
        for (int slot = 0; slot < pending.end(); slot++) {
            if (pending.state(slot) == Pending.UNDECIDED) {
                timers.set(slot, pending.due(slot));
                quiet = true;
            }
        }
    }

    void open(SenderSession session) {
        service(session.service).connect(session);
        reconnectChecks.connected(session.service);
    }

    void close(SenderSession session) {
        session.open = false;
        CheckQueue service = service(session.service);
        service.disconnect(session);
        if (service.isEmpty()) {
            reconnectChecks.gone(session.service);
        }
        if (service.isUnused()) {
            services.remove(session.service);
        }
        if (session.asked == 0) {
            return;
        }
        long now = core.state().engineMs();
        rounds.forEach((slot, round) -> {
            if (round.asking() == session) {
                round.disconnected();
                timers.set(slot, now);
            }
        });
    }

    private CheckQueue service(long hash) {
        return services.computeIfAbsent(hash, h -> new CheckQueue());
    }

    /** The queue of the service that prepared it. */
    private CheckQueue own(int slot) {
        return service(core.state().pending().service(slot));
    }

    /** The queue of the producers of its topic if they may be asked about it, else null. */
    private @Nullable CheckQueue others(int slot) {
        Pending pending = core.state().pending();
        return pending.othersOfTopic(slot) ? service(producersOf(pending.topic(slot))) : null;
    }

    private long producersOf(int topic) {
        return producers.computeIfAbsent(topic, id -> {
            String name = core.state().topic(id).config().name();
            return Hashes.ofText(Sender.ofTopic(name, "").service());
        });
    }

    /** The state scheduled a check: a new half message, a new round, or restarted checks. */
    void scheduled(int slot) {
        if (!rounds.containsKey(slot)) {
            timers.set(slot, core.state().pending().due(slot));
        }
    }

    void done(int slot) {
        timers.remove(slot);
        CheckRound round = rounds.get(slot);
        if (round != null) {
            answered(slot, round);
            endRound(slot);
        }
    }

    /** The instance that is asked answered, so its database is available. */
    private void answered(int slot, CheckRound round) {
        if (round.isAsking()) {
            own(slot).awayAlerted = false;
            round.answered(core.state().engineMs());
        }
    }

    private void endRound(int slot) {
        CheckRound round = rounds.remove(slot);
        if (round != null) {
            round.release();
        }
    }

    /** A sender does not know yet: ends the round if that sender is being asked. */
    Outcome unknown(Command.AnswerUnknown answer) {
        CheckRound round = rounds.get(answer.slot());
        long instance = Hashes.ofText(answer.instance());
        boolean undecided = core.state().pending().holds(answer.slot(), answer.transactionId());
        if (undecided && (round == null || !round.wasAsked(instance))) {
            return new Outcome.Refused(
                    Refusal.NOT_ASKED,
                    "'" + answer.instance() + "' is not asked about the half message at " + answer.transactionId()
                            + ": the check is over, or another instance is being asked; wait for the next check");
        }
        Outcome outcome = core.run(answer);
        if (outcome instanceof Outcome.Done && round != null && round.waitsFor(instance)) {
            answered(answer.slot(), round);
            endRound(answer.slot());
            timers.set(answer.slot(), core.state().pending().due(answer.slot()));
        }
        return outcome;
    }

    /** A sender has no answer: the next one is asked at once. */
    Outcome silent(int slot, long transactionId, String instance, Silence why) {
        CheckRound round = rounds.get(slot);
        if (round != null
                && core.state().pending().holds(slot, transactionId)
                && round.waitsFor(Hashes.ofText(instance))) {
            round.answered(core.state().engineMs());
            round.silent(why);
            round.release();
            timers.set(slot, core.state().engineMs());
        }
        return Outcome.DONE;
    }

    /** Takes the checks that are due and asks the senders that can take a question. */
    void ask() {
        long now = core.state().engineMs();
        for (int i = 0; i < TIMERS_PER_TURN; i++) {
            int slot = timers.pollDue(now);
            if (slot < 0) {
                break;
            }
            due(slot);
        }
        if (quiet && now >= quietUntilMs) {
            quiet = false;
            findWithoutSender();
        }
        reconnectChecks.go(this::freePlaces);
        if (!wanted.isEmpty()) {
            List.copyOf(wanted).forEach(this::drain);
            wanted.forEach(this::alertNoSender);
            wanted.removeIf(CheckQueue::isIdle);
        }
    }

    /** The quiet time is over: finds a waiting message for each service without a connected sender. */
    private void findWithoutSender() {
        for (CheckQueue service : List.copyOf(wanted)) {
            if (service.isEmpty()) {
                for (int left = service.pollable(); left > 0 && service.withoutSender < 0; left--) {
                    routeNext(service);
                }
            }
        }
    }

    private void due(int slot) {
        Pending pending = core.state().pending();
        if (pending.state(slot) != Pending.UNDECIDED) {
            return;
        }
        CheckRound round = rounds.get(slot);
        SenderSession asked = round == null ? null : round.asking();
        if (round != null && asked != null) {
            long answerDueMs = round.answerDueMs(policy.answerMs());
            if (answerDueMs > core.state().engineMs()) {
                timers.set(slot, answerDueMs);
                return;
            }
            round.miss();
            round.release();
            asked.missed(core.state().engineMs(), policy.answerMs());
            if (asked.mute) {
                service(asked.service).releaseHeld(asked);
            }
        }
        if (round == null && pending.checks(slot) >= policy.maxChecks()) {
            if (core.run(new Command.Park(slot, pending.transactionId(slot))) instanceof Outcome.Refused) {
                timers.set(slot, core.state().engineMs() + Core.RETRY_WHEN_FULL_MS);
            }
            return;
        }
        route(slot, round);
    }

    /** Queues a half message for the senders to ask next, or ends its round if none is left. */
    private void route(int slot, @Nullable CheckRound round) {
        CheckQueue own = own(slot);
        CheckQueue others = others(slot);
        if (own.hasUntried(round)) {
            want(own, slot);
        } else if (others != null && others.hasUntried(round)) {
            want(others, slot);
            if (own.isEmpty()) {
                // One of its own service may reconnect before the other producers can take it.
                want(own, slot);
            }
        } else if (round == null) {
            // The first sender that connects is asked.
            own.withoutSender = slot;
            want(own, slot);
            if (others != null) {
                want(others, slot);
            }
        } else {
            roundOver(slot, round, own);
        }
    }

    private void roundOver(int slot, CheckRound round, CheckQueue own) {
        if (own.isEmpty()) {
            noAnswer(slot, own);
        }
        Silence why = round.outcome();
        if (why != null && !settleSilence(slot, why, own)) {
            // The disk is full: the round ends later.
            timers.set(slot, core.state().engineMs() + Core.RETRY_WHEN_FULL_MS);
            return;
        }
        endRound(slot);
        Pending pending = core.state().pending();
        if (pending.state(slot) == Pending.UNDECIDED) {
            timers.set(slot, Math.max(pending.due(slot), core.state().engineMs() + 1));
        }
    }

    /**
     * Schedules another check if the silence passes or no sender of its own service is connected; else parks it for a
     * person.
     */
    private boolean settleSilence(int slot, Silence why, CheckQueue own) {
        Pending pending = core.state().pending();
        boolean rests = why.passes() || own.isEmpty();
        long nextInMs = rests ? policy.pauseMs(pending.silences(slot) + 1) : -1;
        Command silent = new Command.SilentCheck(slot, pending.transactionId(slot), why, nextInMs);
        if (core.run(silent) instanceof Outcome.Refused) {
            return false;
        }
        if (why == Silence.DATABASE_AWAY && !own.awayAlerted && !quiet) {
            own.awayAlerted = true;
            String topic = core.state().topic(pending.topic(slot)).config().name();
            alerts.raise(new Alert(
                    Alert.Kind.DATABASE_AWAY,
                    topic,
                    "the database that knows about half messages of topic '" + topic + "' is away, as the connected"
                            + " senders report; they are kept and checked until it is back: repair the database"));
        }
        return true;
    }

    /** How many more half messages may wait for this service because one of its senders connected. */
    private int freePlaces(long hash) {
        CheckQueue service = services.get(hash);
        return service == null || service.isEmpty() ? 0 : ReconnectChecks.MAX_WAITING - service.waiting();
    }

    private void want(CheckQueue service, int slot) {
        service.add(slot);
        wanted.add(service);
    }

    private void drain(CheckQueue service) {
        if (service.isEmpty()) {
            // Other producers are asked about those that allow it.
            for (int left = service.routed ? 0 : service.pollable(); left > 0; left--) {
                routeNext(service);
            }
            service.routed = true;
            return;
        }
        for (int slot = service.pollHeld(); slot >= 0; slot = service.pollHeld()) {
            askNext(slot, service);
        }
        for (int left = service.pollable(); left > 0 && service.canTake(); left--) {
            askNext(service.poll(), service);
        }
    }

    private void askNext(int slot, CheckQueue service) {
        CheckRound round = rounds.get(slot);
        if (!isDue(slot, service, round)) {
            return;
        }
        CheckQueue own = own(slot);
        boolean next = own == service || !own.hasUntried(round);
        SenderSession session =
                next ? service.next(round, core.state().pending().instance(slot)) : null;
        if (session == null) {
            route(slot, round);
        } else if (session.canTake()) {
            ask(slot, session, round);
        } else {
            service.hold(slot, session);
        }
    }

    /**
     * Whether a waiting slot still has to be asked about. Meanwhile the message may have been asked about elsewhere, or
     * decided and the slot reused; then its own timer makes it due.
     */
    private boolean isDue(int slot, CheckQueue service, @Nullable CheckRound round) {
        Pending pending = core.state().pending();
        if (pending.state(slot) != Pending.UNDECIDED || (own(slot) != service && others(slot) != service)) {
            return false;
        }
        return round == null ? pending.due(slot) <= core.state().engineMs() : !round.isAsking();
    }

    /** Takes a half message that waits for a service without a connected sender, and queues it where it belongs. */
    private void routeNext(CheckQueue service) {
        int slot = service.poll();
        CheckRound round = rounds.get(slot);
        if (isDue(slot, service, round)) {
            route(slot, round);
        }
    }

    /** Alerts in the turn that found the message: later it may be decided and its slot reused. */
    private void alertNoSender(CheckQueue service) {
        if (service.withoutSender >= 0) {
            alert(service.withoutSender, service, "and no instance of their sender is connected");
            service.withoutSender = -1;
        }
    }

    private void noAnswer(int slot, CheckQueue own) {
        alert(slot, own, "no instance of their sender is connected, and other producers of the topic do not answer");
    }

    private void alert(int slot, CheckQueue service, String what) {
        if (service.alerted || quiet) {
            return;
        }
        service.alerted = true;
        State state = core.state();
        String topic = state.topic(state.pending().topic(slot)).config().name();
        alerts.raise(new Alert(
                Alert.Kind.NO_SENDER,
                topic,
                Math.max(1, service.waiting()) + " half messages wait for a check, first of topic '" + topic + "', "
                        + what + "; they are kept and asked about when one connects"));
    }

    private void ask(int slot, SenderSession session, @Nullable CheckRound begun) {
        Pending pending = core.state().pending();
        boolean first = begun == null;
        CheckRound round = begun == null ? new CheckRound() : begun;
        rounds.put(slot, round);
        int number = pending.checks(slot) + (first ? 1 : 0);
        Command ask = new Command.AskCheck(
                slot, pending.transactionId(slot), session.sender.instance(), first, policy.pauseMs(number));
        if (core.run(ask) instanceof Outcome.Refused) {
            // A check that is not logged cannot be counted, so nothing is asked.
            endRound(slot);
            timers.set(slot, core.state().engineMs() + Core.RETRY_WHEN_FULL_MS);
            return;
        }
        round.ask(session, core.state().engineMs());
        asked++;
        timers.set(slot, core.state().engineMs() + policy.answerMs());
        outbox.computeIfAbsent(session, s -> new ArrayList<>())
                .add(new Question(slot, pending.transactionId(slot), pending.position(slot), number));
    }

    /** Adds the questions of this turn to what runs after the force. */
    void send(List<Runnable> notifications) {
        if (outbox.isEmpty()) {
            return;
        }
        Map<SenderSession, List<Question>> now = new LinkedHashMap<>(outbox);
        outbox.clear();
        now.forEach((session, questions) -> notifications.add(() -> ask(session, questions)));
    }

    /** Sends the questions; a message that cannot be read does not stop the others. */
    private void ask(SenderSession session, List<Question> questions) {
        List<CheckRequest> requests = new ArrayList<>(questions.size());
        LogException unreadable = null;
        for (Question q : questions) {
            try {
                requests.add(new CheckRequest(q.slot, q.transactionId, messages.at(q.position), q.number));
            } catch (LogException e) {
                unreadable = e;
            }
        }
        if (!requests.isEmpty()) {
            session.listener.check(requests);
        }
        if (unreadable != null) {
            throw unreadable;
        }
    }

    /** Questions asked since the start. */
    long asked() {
        return asked;
    }

    /** When there is something to do, in engine ms. */
    long nextDue() {
        long due = Math.min(timers.nextDue(), reconnectChecks.nextDue());
        return quiet ? Math.min(due, quietUntilMs) : due;
    }
}
