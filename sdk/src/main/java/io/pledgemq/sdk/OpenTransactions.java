package io.pledgemq.sdk;

import io.pledgemq.sdk.errors.IllegalUseException;
import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The connections on which a transaction of PledgeMQ runs, in this process: one at a time on each, since the second
 * would prepare and decide its messages apart from the first. Knows connections by what they are, not by equals, and
 * does not keep them alive. Safe for use by many threads.
 */
final class OpenTransactions {
    private static final OpenTransactions ALL = new OpenTransactions();

    private final List<WeakReference<Connection>> connections = new ArrayList<>();

    static void begin(Connection connection) {
        ALL.add(connection);
    }

    static void end(Connection connection) {
        ALL.remove(connection);
    }

    private synchronized void add(Connection connection) {
        for (Iterator<WeakReference<Connection>> all = connections.iterator(); all.hasNext(); ) {
            Connection other = all.next().get();
            if (other == null) {
                all.remove();
            } else if (other == connection) {
                throw new IllegalUseException("expected one PledgeMQ transaction on a connection, actual a second one: "
                        + "this connection has been joined and neither committed(), rolledBack() nor outcomeUnknown() "
                        + "was called; use the LocalTransaction that is there");
            }
        }
        connections.add(new WeakReference<>(connection));
    }

    private synchronized void remove(Connection connection) {
        connections.removeIf(reference -> reference.get() == null || reference.get() == connection);
    }
}
