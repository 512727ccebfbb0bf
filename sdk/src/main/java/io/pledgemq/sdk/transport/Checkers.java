package io.pledgemq.sdk.transport;

import io.pledgemq.sdk.errors.IllegalUseException;
import java.util.ArrayList;
import java.util.List;

/**
 * The checkers that are registered at one engine from this process. Refuses one whose database has the identity of
 * another's but is not the same: a copy, which must neither answer nor consume beside the original. Safe for use by
 * many threads.
 */
public final class Checkers {
    /** No record: one checker may register twice, and each registration ends itself only. */
    private static final class Entry {
        final String databaseId;
        final Checker checker;

        Entry(String databaseId, Checker checker) {
            this.databaseId = databaseId;
            this.checker = checker;
        }
    }

    private final List<Entry> entries = new ArrayList<>();

    /**
     * Admits a checker until the registration ends.
     *
     * @throws IllegalUseException if its database has not seen the others of the same identity
     */
    public Transport.Registration add(Origin origin, Checker checker) {
        Entry entry = new Entry(origin.databaseId(), checker);
        List<String> others;
        synchronized (this) {
            others = entries.stream()
                    .filter(other -> other.databaseId.equals(entry.databaseId))
                    .map(other -> other.checker.incarnation())
                    .toList();
        }
        if (!others.isEmpty() && !checker.sees(others)) {
            throw new IllegalUseException("expected one database with the identity " + origin.databaseId()
                    + ", actual two: instance " + origin.instance() + " of service " + origin.service()
                    + " uses one that has not seen the other connected instances (a copy, a restored backup, or a replica "
                    + "that lags behind). Connect it to the same database, or give a copy an identity of its own with "
                    + "Database.giveNewIdentity");
        }
        synchronized (this) {
            entries.add(entry);
        }
        return () -> remove(entry);
    }

    private synchronized void remove(Entry entry) {
        entries.remove(entry);
    }
}
