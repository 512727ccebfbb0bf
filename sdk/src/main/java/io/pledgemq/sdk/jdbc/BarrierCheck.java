package io.pledgemq.sdk.jdbc;

import io.pledgemq.sdk.transport.CheckAnswer;
import io.pledgemq.sdk.transport.CheckAnswer.Verdict;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what became of local transactions, by competing for their barrier rows. Says ROLLBACK only after its own
 * ROLLED_BACK row is committed, so that the transaction cannot commit any more; says UNKNOWN where the database cannot
 * tell, and never guesses. Never throws for want of a database.
 */
public final class BarrierCheck {
    private static final Logger LOG = LoggerFactory.getLogger(BarrierCheck.class);

    private final Database database;

    public BarrierCheck(Database database) {
        this.database = database;
    }

    /** Returns one answer for each id, in the order of the ids. */
    public List<CheckAnswer> check(Collection<String> messageIds) {
        Map<String, CheckAnswer> answers = new HashMap<>();
        Set<String> open = new TreeSet<>(messageIds);
        readDecided(open, answers);
        if (open.size() > 1) {
            rollBackTogether(open, answers);
        }
        for (String id : open) {
            answers.put(id, rollBackOne(id));
        }
        List<CheckAnswer> ordered = new ArrayList<>();
        for (String id : messageIds) {
            ordered.add(answers.getOrDefault(id, unknown(id, "not asked")));
        }
        return ordered;
    }

    /** A row that is there is final; most checks after an outage end here, at one query for many. */
    private void readDecided(Set<String> open, Map<String, CheckAnswer> answers) {
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            Barrier.View view = Barrier.view(transaction.connection(), open);
            transaction.commit();
            view.states().forEach((id, state) -> {
                answers.put(id, decided(id, state));
                open.remove(id);
            });
        } catch (SQLException e) {
            LOG.debug("a check could not read the barrier: {}", e.getMessage());
        }
    }

    /** All of them in one transaction, if nobody is in the way; leaves them open otherwise. */
    private void rollBackTogether(Set<String> open, Map<String, CheckAnswer> answers) {
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            try (PreparedStatement insert = transaction.connection().prepareStatement(Barrier.INSERT)) {
                for (String id : open) {
                    insert.setString(1, id);
                    insert.setString(2, Barrier.ROLLED_BACK);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            Barrier.View view = Barrier.view(transaction.connection(), open);
            if (open.stream().anyMatch(view::isOld)) {
                transaction.rollback();
                return;
            }
            transaction.commit();
            open.forEach(id -> answers.put(id, decided(id, Barrier.ROLLED_BACK)));
            open.clear();
        } catch (SQLException e) {
            LOG.debug("checking one by one, because together failed: {}", e.getMessage());
        }
    }

    private CheckAnswer rollBackOne(String id) {
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            Dialect.execute(transaction.connection(), Barrier.INSERT, id, Barrier.ROLLED_BACK);
            Barrier.View view = Barrier.view(transaction.connection(), List.of(id));
            if (view.isOld(id)) {
                transaction.rollback();
                return unknown(id, CheckAnswer.TOO_OLD);
            }
            transaction.commit();
            return decided(id, Barrier.ROLLED_BACK);
        } catch (SQLException e) {
            if (database.dialect().isDuplicateKey(e)) {
                return readOne(id);
            }
            return failed(id, e);
        }
    }

    /** Somebody was first. A new transaction, so that what it committed is seen. */
    private CheckAnswer readOne(String id) {
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            String state =
                    Barrier.view(transaction.connection(), List.of(id)).states().get(id);
            transaction.commit();
            return state == null ? unknown(id, CheckAnswer.STILL_RUNNING) : decided(id, state);
        } catch (SQLException e) {
            return failed(id, e);
        }
    }

    private CheckAnswer failed(String id, SQLException e) {
        if (database.dialect().isBusy(e)) {
            return unknown(id, CheckAnswer.STILL_RUNNING);
        }
        return unknown(id, "the database could not be asked: " + e.getMessage());
    }

    private static CheckAnswer decided(String id, String state) {
        return new CheckAnswer(id, state.equals(Barrier.COMMITTED) ? Verdict.COMMIT : Verdict.ROLLBACK, "");
    }

    private static CheckAnswer unknown(String id, String detail) {
        return new CheckAnswer(id, Verdict.UNKNOWN, detail);
    }
}
