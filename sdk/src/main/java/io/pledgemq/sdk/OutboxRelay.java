package io.pledgemq.sdk;

import io.pledgemq.sdk.errors.EngineUnavailableException;
import io.pledgemq.sdk.jdbc.Outbox;
import io.pledgemq.sdk.transport.Decision;
import io.pledgemq.sdk.transport.DecisionResult;
import io.pledgemq.sdk.transport.OutgoingMessage;
import io.pledgemq.sdk.transport.PrepareResult;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what waits in the outbox, in its order: prepare, COMMIT, and the row goes after the engine has confirmed.
 * Within a message group nothing is sent before its predecessor is confirmed. A message that was sent already, because
 * a relay died before it removed the row, keeps its id: the engine, or else the inbox, knows it.
 *
 * <p>What the engine refuses for good stays, is logged once, and waits for a person; it is tried again every
 * {@link #REFUSED_PAUSE}, since the cause may be repaired at the engine. What the engine has decided before, otherwise
 * or nobody knows how, is not: an engine that has forgotten its decision would take the message for a new one. Neither
 * holds up anything but its message group.
 */
final class OutboxRelay {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
    static final Duration REFUSED_PAUSE = Duration.ofMinutes(1);
    private static final long DECISION_SECONDS = 30;

    private final Participant participant;
    private final Outbox outbox;
    private final LongSupplier nanoTime;
    private long refusedTriedNanos;
    private boolean away;
    private boolean databaseAway;

    OutboxRelay(Participant participant, LongSupplier nanoTime) {
        this.participant = participant;
        this.outbox = participant.tables().outbox();
        this.nanoTime = nanoTime;
        this.refusedTriedNanos = nanoTime.getAsLong();
    }

    /**
     * One pass over the outbox; ends early when the engine is away, or another process relays.
     *
     * @return how many messages are not in the outbox any more
     */
    synchronized int run() throws SQLException {
        int relayed = 0;
        long after = Long.MIN_VALUE;
        tryRefusedAgain();
        Set<String> heldUp = new HashSet<>();
        while (true) {
            try (Outbox.Page page = outbox.lockPage(after, participant.origin())) {
                List<Outbox.Waiting> messages = page.messages();
                if (messages.isEmpty()) {
                    return relayed;
                }
                Pass pass = new Pass(heldUp);
                boolean complete = pass.send(messages);
                Map<String, Integer> behind = page.relayed(pass.confirmed, pass.problems);
                tell(messages, pass.problems, behind);
                relayed += pass.confirmed.size();
                if (!complete) {
                    return relayed;
                }
                after = messages.get(messages.size() - 1).seq();
            }
        }
    }

    private void tryRefusedAgain() throws SQLException {
        long now = nanoTime.getAsLong();
        if (now - refusedTriedNanos >= REFUSED_PAUSE.toNanos() && outbox.tryRefusedAgain()) {
            refusedTriedNanos = now;
        }
    }

    private static void tell(
            List<Outbox.Waiting> messages, Map<String, Outbox.Problem> problems, Map<String, Integer> behind) {
        for (Outbox.Waiting waiting : messages) {
            OutgoingMessage message = waiting.message();
            Outbox.Problem problem = problems.get(message.messageId());
            if (problem != null && !waiting.refusedBefore()) {
                LOG.error(
                        "message {} for topic {}, key '{}', stays in the outbox, because the engine refuses it: {}. {} later "
                                + "messages of its message group wait behind it. {} "
                                + "PledgeMQ.outbox(): edit, retry or skip",
                        message.messageId(),
                        message.topic(),
                        message.key(),
                        problem.text(),
                        behind.getOrDefault(message.messageId(), 0),
                        problem.status().equals(Outbox.REFUSED)
                                ? "It is tried again every " + REFUSED_PAUSE.toSeconds()
                                        + " s. Repair the cause, or settle it with"
                                : "It is not tried again by itself. Settle it with");
            }
        }
    }

    /** Logs once that the database is away, and once that it is back. */
    int runInBackground(Duration pause) {
        try {
            int relayed = run();
            if (databaseAway) {
                LOG.info("the outbox can be read again; {} messages have left it", relayed);
            }
            databaseAway = false;
            return relayed;
        } catch (SQLException e) {
            if (!databaseAway) {
                LOG.warn("the outbox cannot be read, tried again every {} ms: {}", pause.toMillis(), e.getMessage());
            }
            LOG.debug("the failure in full", e);
            databaseAway = true;
            return 0;
        }
    }

    private void noteAway(String why) {
        if (!away) {
            LOG.warn("messages wait in the outbox until the engine is back: {}", why);
        }
        away = true;
    }

    /** The messages of one page. */
    private final class Pass {
        final List<String> confirmed = new ArrayList<>();
        /** Why, by message id. */
        final Map<String, Outbox.Problem> problems = new LinkedHashMap<>();

        private final Set<String> heldUp;

        Pass(Set<String> heldUp) {
            this.heldUp = heldUp;
        }

        /** Returns false if the engine is away. */
        boolean send(List<Outbox.Waiting> messages) {
            List<OutgoingMessage> waiting =
                    messages.stream().map(Outbox.Waiting::message).toList();
            boolean there = true;
            while (there && !waiting.isEmpty()) {
                List<OutgoingMessage> wave = new ArrayList<>();
                waiting = split(waiting, wave);
                there = wave.isEmpty() || sendWave(wave);
            }
            if (there) {
                away = false;
            }
            return there;
        }

        /** Moves the first of each group into the wave, and forgets those behind one that stays. */
        private List<OutgoingMessage> split(List<OutgoingMessage> waiting, List<OutgoingMessage> wave) {
            Set<String> inWave = new HashSet<>();
            List<OutgoingMessage> later = new ArrayList<>();
            for (OutgoingMessage message : waiting) {
                Optional<String> key = Outbox.orderKey(message);
                if (key.isEmpty() || (!heldUp.contains(key.get()) && inWave.add(key.get()))) {
                    wave.add(message);
                } else if (!heldUp.contains(key.get())) {
                    later.add(message);
                }
            }
            return later;
        }

        private boolean sendWave(List<OutgoingMessage> wave) {
            List<PrepareResult> results;
            try {
                results = participant.prepare(
                        wave.stream().map(LocalTransaction::inOrder).toList());
            } catch (EngineUnavailableException e) {
                noteAway(String.valueOf(e.getMessage()));
                return false;
            }
            boolean there = true;
            List<OutgoingMessage> prepared = new ArrayList<>();
            List<Decision> decisions = new ArrayList<>();
            for (int i = 0; i < wave.size(); i++) {
                OutgoingMessage message = wave.get(i);
                if (results.get(i) instanceof PrepareResult.Prepared half) {
                    prepared.add(message);
                    decisions.add(participant.decisions().of(message.messageId(), half.transaction(), true));
                } else if (results.get(i) instanceof PrepareResult.Refused refused) {
                    there &= refused(message, refused);
                }
            }
            List<DecisionResult> decided = decide(decisions);
            for (int i = 0; i < prepared.size(); i++) {
                there &= settle(prepared.get(i), decided.get(i));
            }
            return there;
        }

        private boolean refused(OutgoingMessage message, PrepareResult.Refused answer) {
            if (answer.reason() == null) {
                Outbox.orderKey(message).ifPresent(heldUp::add);
                noteAway(answer.detail());
                return false;
            }
            waitsForAPerson(message, Outbox.REFUSED, answer.detail());
            return true;
        }

        private void waitsForAPerson(OutgoingMessage message, String status, String problem) {
            Outbox.orderKey(message).ifPresent(heldUp::add);
            problems.put(message.messageId(), new Outbox.Problem(status, problem));
        }

        private boolean settle(OutgoingMessage message, DecisionResult result) {
            String id = message.messageId();
            switch (result) {
                case DONE, ALREADY -> confirmed.add(id);
                case CONTRARY ->
                    waitsForAPerson(
                            message,
                            Outbox.DECIDED,
                            "the local transaction committed, but the engine has decided ROLLBACK before and keeps that; "
                                    + "look in the message's history for who said so");
                case UNKNOWN_TRANSACTION ->
                    waitsForAPerson(
                            message,
                            Outbox.DECIDED,
                            "the engine says that it was decided so long ago that it has forgotten how; look in the "
                                    + "message's history, or at its receivers, whether it was delivered");
                case NOT_CONFIRMED -> {
                    Outbox.orderKey(message).ifPresent(heldUp::add);
                    noteAway("it did not confirm the decision about message " + id);
                    return false;
                }
            }
            return true;
        }
    }

    private List<DecisionResult> decide(List<Decision> decisions) {
        if (decisions.isEmpty()) {
            return List.of();
        }
        try {
            return participant
                    .transport()
                    .decide(decisions)
                    .toCompletableFuture()
                    .get(DECISION_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("decisions of the relay were not confirmed", e);
        }
        return Collections.nCopies(decisions.size(), DecisionResult.NOT_CONFIRMED);
    }
}
