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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what waits in the outbox, in the order of the outbox: prepare, COMMIT, and the row goes after the engine has
 * confirmed. Within a message group nothing is sent before its predecessor is confirmed. A message that was sent
 * already, because a relay died before it removed the row, keeps its id: the engine, or else the inbox, knows it.
 */
final class OutboxRelay {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
    private static final long DECISION_SECONDS = 30;

    private final Participant participant;
    private final Outbox outbox;
    /** Logged once per process. */
    private final Set<String> refusedBefore = new HashSet<>();

    private boolean away;
    private boolean databaseAway;

    OutboxRelay(Participant participant) {
        this.participant = participant;
        this.outbox = participant.outbox();
    }

    /**
     * One pass over the outbox; ends early when the engine is away, or another process relays.
     *
     * @return how many messages are not in the outbox any more
     */
    synchronized int run() throws SQLException {
        int relayed = 0;
        long after = Outbox.BEGINNING;
        Set<String> heldUp = new HashSet<>();
        while (true) {
            try (Outbox.Page page = outbox.lockPage(after, participant.origin())) {
                List<OutgoingMessage> messages = page.messages();
                if (messages.isEmpty()) {
                    return relayed;
                }
                Pass pass = new Pass(heldUp);
                boolean complete = pass.send(messages);
                page.relayed(pass.confirmed, pass.hopeless);
                relayed += pass.confirmed.size() + pass.hopeless.size();
                if (!complete) {
                    return relayed;
                }
                after = page.last();
            }
        }
    }

    /** A database that is away is told once, and once when it is back. */
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
        final List<String> hopeless = new ArrayList<>();
        private final Set<String> heldUp;

        Pass(Set<String> heldUp) {
            this.heldUp = heldUp;
        }

        /** Returns false if the engine is away. */
        boolean send(List<OutgoingMessage> messages) {
            List<OutgoingMessage> waiting = messages;
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
                results = participant.prepare(wave);
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

        private boolean refused(OutgoingMessage message, PrepareResult.Refused refused) {
            Outbox.orderKey(message).ifPresent(heldUp::add);
            if (refused.reason() == null) {
                noteAway(refused.detail());
                return false;
            }
            if (refusedBefore.add(message.messageId())) {
                LOG.error(
                        "message {} for topic {} stays in the outbox, because the engine refuses it: {}",
                        message.messageId(),
                        message.topic(),
                        refused.detail());
            }
            return true;
        }

        private boolean settle(OutgoingMessage message, DecisionResult result) {
            String id = message.messageId();
            switch (result) {
                case DONE, ALREADY -> confirmed.add(id);
                case CONTRARY -> {
                    LOG.error(
                            "message {}: the local transaction committed, but the engine was told ROLLBACK before and keeps "
                                    + "to it; it leaves the outbox unsent. Look for a forced decision at the desk",
                            id);
                    hopeless.add(id);
                }
                case UNKNOWN_TRANSACTION, NOT_CONFIRMED -> {
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
