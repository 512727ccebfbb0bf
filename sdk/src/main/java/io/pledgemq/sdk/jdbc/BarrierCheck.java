package io.pledgemq.sdk.jdbc;

import io.pledgemq.sdk.transport.CheckAnswer;
import io.pledgemq.sdk.transport.CheckAnswer.Silence;
import io.pledgemq.sdk.transport.CheckAnswer.Verdict;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what became of local transactions, by competing for their barrier rows. Says ROLLBACK only after its own
 * ROLLED_BACK row is committed in a database that has seen the sender, so that the transaction cannot commit any more;
 * says UNKNOWN where the database cannot tell yet, SILENT where this one is not to be asked, and never guesses. Never
 * throws when the database is away.
 *
 * <p>Each message is answered when it is known: those whose rows are there first, then those whose rows no other
 * transaction holds, and only then those whose transactions still run, which are waited for about a second each. One
 * check has a budget of {@link #BUDGET}: what it could not ask in time is asked again, uncounted. A connection that
 * dies ends it at once.
 */
public final class BarrierCheck {
    static final Duration BUDGET = Duration.ofSeconds(5);
    /** One row that is busy must not hold up the others; where this cannot be said in ms, it is none at all. */
    private static final Duration QUICK = Duration.ofMillis(20);
    /** How long rows are asked for without waiting, before those that are busy are waited for. */
    private static final Duration QUICK_BUDGET = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(BarrierCheck.class);

    private final Database database;
    private final Barrier barrier;
    private final Incarnation own;

    public BarrierCheck(Database database, Barrier barrier, Incarnation own) {
        this.database = database;
        this.barrier = barrier;
        this.own = own;
    }

    /** Returns one answer for each message. */
    public Map<String, CheckAnswer> check(Map<String, Stamp> stamps) {
        Map<String, CheckAnswer> answers = new LinkedHashMap<>();
        check(stamps, answer -> answers.put(answer.messageId(), answer));
        return answers;
    }

    /** Answers about one message. */
    public CheckAnswer check(String messageId, Stamp stamp) {
        return check(Map.of(messageId, stamp)).getOrDefault(messageId, away(messageId, "not asked"));
    }

    /**
     * Answers about each message as soon as it is known.
     *
     * @param stamps by message id
     */
    public void check(Map<String, Stamp> stamps, Consumer<CheckAnswer> answers) {
        new Round(stamps, answers).run();
    }

    private final class Round {
        private final Map<String, Stamp> open;
        private final Consumer<CheckAnswer> answers;
        /** Somebody's transaction had their rows when they were tried. */
        private final Set<String> busy = new TreeSet<>();

        private final long beginNanos = System.nanoTime();

        Round(Map<String, Stamp> messages, Consumer<CheckAnswer> answers) {
            this.open = new TreeMap<>(messages);
            this.answers = answers;
        }

        void run() {
            try {
                for (List<String> part : parts()) {
                    readDecided(part);
                }
                if (open.size() > 1) {
                    rollBackTogether();
                    rollBackEach(QUICK, QUICK_BUDGET);
                }
                rollBackEach(OwnTransaction.LOCK_LIMIT, BUDGET);
                List.copyOf(open.keySet()).forEach(id -> answer(busy.contains(id) ? stillRunning(id) : noTime(id)));
            } catch (OtherDatabaseException e) {
                LOG.error("a check reached the wrong database and answers nothing: {}", e.getMessage());
                answerAll(String.valueOf(e.getMessage()));
            } catch (SQLException e) {
                LOG.debug("a check could not ask the database", e);
                answerAll("the database could not be asked: " + e.getMessage());
            }
        }

        private List<List<String>> parts() {
            return Look.parts(open.keySet());
        }

        private Map<String, Stamp> stamps(Collection<String> ids) {
            Map<String, Stamp> stamps = new TreeMap<>();
            ids.forEach(id -> stamps.put(id, open.getOrDefault(id, Stamp.NONE)));
            return stamps;
        }

        private void answerAll(String why) {
            List.copyOf(open.keySet()).forEach(id -> answer(away(id, why)));
        }

        private void answer(CheckAnswer answer) {
            if (open.remove(answer.messageId()) != null) {
                answers.accept(answer);
            }
        }

        /** A row that is there is final; most checks after an outage end here, at one query for many. */
        private void readDecided(List<String> ids) throws SQLException {
            Map<String, Stamp> asked = stamps(ids);
            Look.Sight sight;
            try (OwnTransaction transaction = OwnTransaction.begin(database)) {
                sight = transaction.commit(look(asked));
            }
            asked.forEach((id, stamp) -> known(sight, id, stamp).ifPresent(this::answer));
        }

        /**
         * Inserts many rows in one transaction, if no other transaction holds one of them; leaves those open that fail.
         */
        private void rollBackTogether() throws SQLException {
            for (List<String> part : parts()) {
                try {
                    if (hasTime(BUDGET) && insertRolledBack(stamps(part), QUICK)) {
                        part.forEach(id -> answer(decided(id, Barrier.ROLLED_BACK)));
                    }
                } catch (OtherDatabaseException e) {
                    throw e;
                } catch (SQLException e) {
                    LOG.debug("checking one by one, because together failed: {}", e.getMessage());
                    if (!isBusyOrTaken(e)) {
                        // If the database is away, the first of those that are tried alone finds out.
                        return;
                    }
                }
            }
        }

        private boolean hasTime(Duration budget) {
            return System.nanoTime() - beginNanos <= budget.toNanos();
        }

        /** One by one, until the budget is used up. */
        private void rollBackEach(Duration lockLimit, Duration budget) throws SQLException {
            for (String id : List.copyOf(open.keySet())) {
                if (!hasTime(budget)) {
                    return;
                }
                rollBackOne(id, lockLimit);
            }
        }

        /** Leaves it open if it is busy, and more patience may help. */
        private void rollBackOne(String id, Duration lockLimit) throws SQLException {
            Map<String, Stamp> one = stamps(List.of(id));
            try {
                if (insertRolledBack(one, lockLimit)) {
                    answer(decided(id, Barrier.ROLLED_BACK));
                } else {
                    readDecided(List.of(id));
                    answer(new CheckAnswer(id, Verdict.UNKNOWN, "what the database knows of it has changed meanwhile"));
                }
            } catch (SQLException e) {
                if (!isBusyOrTaken(e)) {
                    throw e;
                }
                if (database.dialect().isDuplicateKey(e)) {
                    answer(readOne(id));
                } else if (lockLimit.equals(OwnTransaction.LOCK_LIMIT)) {
                    answer(stillRunning(id));
                } else {
                    busy.add(id);
                }
            }
        }

        private boolean isBusyOrTaken(SQLException e) {
            return database.dialect().isDuplicateKey(e) || database.dialect().isBusy(e);
        }
    }

    /** What the database says about a message by itself; empty if only a row of ours can tell. */
    private Optional<CheckAnswer> known(Look.Sight sight, String id, Stamp stamp) {
        if (sight.isInOutbox(id)) {
            return Optional.of(CheckAnswer.silent(id, Silence.IN_OUTBOX, CheckAnswer.IN_OUTBOX));
        } else if (!sight.barrier(id).isEmpty()) {
            return Optional.of(decided(id, sight.barrier(id)));
        } else if (isOld(sight, id)) {
            return Optional.of(new CheckAnswer(id, Verdict.UNKNOWN, CheckAnswer.TOO_OLD));
        } else if (!hasSeen(sight, stamp)) {
            return Optional.of(CheckAnswer.silent(id, Silence.NOT_SEEN, CheckAnswer.NOT_SEEN));
        }
        return Optional.empty();
    }

    /** Returns true if the rows are committed; false if the database may not decide about all of them. */
    private boolean insertRolledBack(Map<String, Stamp> messages, Duration lockLimit) throws SQLException {
        try (OwnTransaction transaction = OwnTransaction.begin(database, lockLimit)) {
            barrier.insertRolledBack(transaction.connection(), messages.keySet());
            Optional<Look.Sight> seen = transaction.commitIf(look(messages), sight -> messages.entrySet().stream()
                    .allMatch(message -> sight.barrier(message.getKey()).equals(Barrier.ROLLED_BACK)
                            && !sight.isInOutbox(message.getKey())
                            && !isOld(sight, message.getKey())
                            && hasSeen(sight, message.getValue())));
            return seen.isPresent();
        }
    }

    /** Somebody was first. A new transaction, so that what it committed is seen. */
    private CheckAnswer readOne(String id) throws SQLException {
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            Look.Sight sight = transaction.commit(Look.barrier(List.of(id)).andOutbox(List.of(id)));
            if (sight.isInOutbox(id)) {
                return CheckAnswer.silent(id, Silence.IN_OUTBOX, CheckAnswer.IN_OUTBOX);
            }
            return sight.barrier(id).isEmpty() ? stillRunning(id) : decided(id, sight.barrier(id));
        }
    }

    private static Look look(Map<String, Stamp> messages) {
        Set<String> incarnations =
                messages.values().stream().map(Stamp::incarnation).collect(Collectors.toCollection(TreeSet::new));
        Collection<String> ids = new TreeSet<>(messages.keySet());
        return Look.barrier(ids).andOutbox(ids).andIncarnations(incarnations);
    }

    private boolean hasSeen(Look.Sight sight, Stamp stamp) {
        return sight.beats(stamp.incarnation()) >= stamp.beats() && (!stamp.weak() || own.isMine(stamp.incarnation()));
    }

    private static boolean isOld(Look.Sight sight, String messageId) {
        return messageId.compareTo(sight.barrierWatermark()) <= 0;
    }

    private static CheckAnswer decided(String id, String state) {
        return new CheckAnswer(id, state.equals(Barrier.COMMITTED) ? Verdict.COMMIT : Verdict.ROLLBACK, "");
    }

    private static CheckAnswer noTime(String id) {
        return new CheckAnswer(id, Verdict.UNKNOWN, "there was no time left for it in this check");
    }

    private static CheckAnswer stillRunning(String id) {
        return new CheckAnswer(id, Verdict.UNKNOWN, CheckAnswer.STILL_RUNNING);
    }

    private static CheckAnswer away(String id, String why) {
        return CheckAnswer.silent(id, Silence.DATABASE_AWAY, why);
    }
}
