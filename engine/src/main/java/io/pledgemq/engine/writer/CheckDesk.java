package io.pledgemq.engine.writer;

import io.pledgemq.engine.command.Alert;
import io.pledgemq.engine.command.CheckPolicy;
import io.pledgemq.engine.command.CheckRequest;
import io.pledgemq.engine.command.Command;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.log.LogException;
import io.pledgemq.engine.state.Pending;
import io.pledgemq.engine.state.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks senders about half messages whose check is due: first the instance that prepared it, then others of its service.
 * A round ends with the first answer, or when everybody connected was asked in vain; it counts as one check, and only
 * if somebody was asked. With nobody connected nothing is logged and nothing counted: the messages wait for the next
 * sender of their service, and an alert says so.
 */
final class CheckDesk {
    /** Checks that become due in one turn. */
    private static final int TIMERS_PER_TURN = 4096;

    private final Core core;
    private final CheckPolicy policy;
    private final Alerts alerts;
    private final Messages messages;
    private final TimerHeap timers = new TimerHeap();
    private final Map<Long, Service> services = new HashMap<>();
    private final Map<Integer, Round> rounds = new HashMap<>();
    private final Map<SenderSession, List<Question>> outbox = new LinkedHashMap<>();

    /** The connected senders of one service, and the half messages that wait for one of them. */
    private static final class Service {
        final List<SenderSession> sessions = new ArrayList<>();
        final IntQueue waiting = new IntQueue();
        boolean alerted;
    }

    /** Who was asked about a message since its check became due. */
    private static final class Round {
        final List<SenderSession> tried = new ArrayList<>(1);

        @Nullable
        SenderSession asking;
    }

    /** Something to ask after the force. */
    record Question(int slot, long transactionId, long ref, int number) {}

    CheckDesk(Core core, CheckPolicy policy, Alerts alerts, Messages messages) {
        this.core = core;
        this.policy = policy;
        this.alerts = alerts;
        this.messages = messages;
        Pending pending = core.state().pending();
        for (int slot = 0; slot < pending.end(); slot++) {
            if (pending.state(slot) == Pending.UNDECIDED) {
                timers.set(slot, pending.due(slot));
            }
        }
    }

    void open(SenderSession session) {
        Service service = service(session.service);
        service.sessions.add(session);
        service.alerted = false;
    }

    void close(SenderSession session) {
        session.open = false;
        service(session.service).sessions.remove(session);
        List<Integer> orphaned = new ArrayList<>();
        rounds.forEach((slot, round) -> {
            if (round.asking == session) {
                orphaned.add(slot);
            }
        });
        long now = core.state().engineMs();
        for (int slot : orphaned) {
            timers.set(slot, now);
        }
    }

    private Service service(long hash) {
        return services.computeIfAbsent(hash, h -> new Service());
    }

    /** The state scheduled a check: a new half message, a round begun, or checks begun again. */
    void scheduled(int slot) {
        if (!rounds.containsKey(slot)) {
            timers.set(slot, core.state().pending().due(slot));
        }
    }

    void done(int slot) {
        timers.remove(slot);
        endRound(slot);
    }

    private void endRound(int slot) {
        Round round = rounds.remove(slot);
        if (round != null) {
            release(round);
        }
    }

    private static void release(Round round) {
        SenderSession asking = round.asking;
        if (asking != null) {
            asking.asked--;
            round.asking = null;
        }
    }

    /** A sender does not know yet: the round is over. */
    Outcome unknown(Command.AnswerUnknown answer) {
        Outcome outcome = core.run(answer);
        if (outcome instanceof Outcome.Done && rounds.containsKey(answer.slot())) {
            endRound(answer.slot());
            timers.set(answer.slot(), core.state().pending().due(answer.slot()));
        }
        return outcome;
    }

    /** A sender says that it is not the one to ask: somebody else is, at once. */
    Outcome silent(int slot, long ref) {
        Round round = rounds.get(slot);
        if (round != null && core.state().pending().holds(slot, ref)) {
            release(round);
            timers.set(slot, core.state().engineMs());
        }
        return Outcome.DONE;
    }

    /** Takes what is due and asks whoever can be asked. */
    void ask() {
        long now = core.state().engineMs();
        for (int i = 0; i < TIMERS_PER_TURN; i++) {
            int slot = timers.pollDue(now);
            if (slot < 0) {
                break;
            }
            due(slot);
        }
        for (Service service : services.values()) {
            drain(service);
        }
    }

    private void due(int slot) {
        Pending pending = core.state().pending();
        if (pending.state(slot) != Pending.UNDECIDED) {
            return;
        }
        Round round = rounds.get(slot);
        if (round != null) {
            release(round);
        }
        if (round == null && pending.checks(slot) >= policy.maxChecks()) {
            if (core.run(new Command.Park(slot, pending.transactionId(slot))) instanceof Outcome.Refused) {
                timers.set(slot, core.state().engineMs() + Core.RETRY_WHEN_FULL_MS);
            }
            return;
        }
        Service service = service(pending.service(slot));
        if (round != null && next(service, round, slot) == null && everybodyTried(service, round)) {
            endRound(slot);
            timers.set(slot, Math.max(pending.due(slot), core.state().engineMs() + 1));
            return;
        }
        service.waiting.add(slot);
    }

    private static boolean everybodyTried(Service service, Round round) {
        return round.tried.containsAll(service.sessions);
    }

    private void drain(Service service) {
        if (service.sessions.isEmpty()) {
            if (!service.waiting.isEmpty() && !service.alerted) {
                service.alerted = true;
                noSender(service);
            }
            return;
        }
        int stuck = 0;
        while (service.waiting.size() > stuck) {
            int slot = service.waiting.poll();
            if (!isDue(slot, service)) {
                continue;
            }
            Round round = rounds.get(slot);
            if (round != null && round.asking != null) {
                continue;
            }
            SenderSession session = next(service, round, slot);
            if (session == null) {
                service.waiting.add(slot);
                stuck++;
                if (service.sessions.stream().noneMatch(SenderSession::canTake)) {
                    return;
                }
            } else {
                ask(slot, session, round);
            }
        }
    }

    /**
     * A slot that waits may have been decided, or even used again, in the meantime: then its own timer asks when it is
     * due.
     */
    private boolean isDue(int slot, Service service) {
        Pending pending = core.state().pending();
        return pending.state(slot) == Pending.UNDECIDED
                && service(pending.service(slot)) == service
                && (rounds.containsKey(slot)
                        || pending.due(slot) <= core.state().engineMs());
    }

    private void noSender(Service service) {
        State state = core.state();
        int slot = service.waiting.peek();
        if (state.pending().state(slot) != Pending.UNDECIDED) {
            return;
        }
        String topic = state.topic(state.pending().topic(slot)).config().name();
        alerts.raise(
                new Alert(
                        Alert.Kind.NO_SENDER,
                        topic,
                        service.waiting.size() + " half messages wait for a check, first of topic '" + topic
                                + "', and no instance of their sender is connected; they are kept and asked about when one connects"));
    }

    /**
     * Whom to ask next: the instance that prepared it, else the first that was not tried; null if nobody can take a
     * question.
     */
    private @Nullable SenderSession next(Service service, @Nullable Round round, int slot) {
        long instance = core.state().pending().instance(slot);
        SenderSession other = null;
        for (SenderSession session : service.sessions) {
            if (!session.canTake() || (round != null && round.tried.contains(session))) {
                continue;
            }
            if (session.instance == instance) {
                return session;
            }
            if (other == null || session.asked < other.asked) {
                other = session;
            }
        }
        return other;
    }

    private void ask(int slot, SenderSession session, @Nullable Round begun) {
        Pending pending = core.state().pending();
        boolean first = begun == null;
        Round round = begun == null ? new Round() : begun;
        rounds.put(slot, round);
        int number = pending.checks(slot) + (first ? 1 : 0);
        Command ask = new Command.AskCheck(
                slot, pending.transactionId(slot), session.sender.instance(), first, policy.pauseMs(number));
        if (core.run(ask) instanceof Outcome.Refused) {
            // What is not logged is not asked: it could not be counted.
            endRound(slot);
            timers.set(slot, core.state().engineMs() + Core.RETRY_WHEN_FULL_MS);
            return;
        }
        round.tried.add(session);
        round.asking = session;
        session.asked++;
        timers.set(slot, core.state().engineMs() + policy.answerMs());
        outbox.computeIfAbsent(session, s -> new ArrayList<>())
                .add(new Question(slot, pending.transactionId(slot), pending.ref(slot), number));
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

    /** A message that cannot be read takes no other question with it. */
    private void ask(SenderSession session, List<Question> questions) {
        List<CheckRequest> requests = new ArrayList<>(questions.size());
        LogException unreadable = null;
        for (Question q : questions) {
            try {
                requests.add(new CheckRequest(q.slot, q.transactionId, messages.at(q.ref), q.number));
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

    /** When the next check is due, in engine ms. */
    long nextDue() {
        return timers.nextDue();
    }
}
