package io.pledgemq.sdk;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Connections to a real database that break at COMMIT, or cannot be had, when a test says so. */
final class BreakableDataSource extends OnlyConnections {
    /** What becomes of the next COMMIT. */
    enum Commit {
        WORKS,
        /** The database commits, the answer is lost. */
        DONE_BUT_ANSWER_LOST,
        /** The connection is lost on the way, and the database notices. */
        LOST,
        /** The connection is lost on the way; the database does not notice, and holds the locks. */
        LOST_WITH_LOCKS_HELD
    }

    private final DataSource real;
    private final List<Connection> stuck = new CopyOnWriteArrayList<>();
    private final ThreadLocal<Commit> nextCommit = ThreadLocal.withInitial(() -> Commit.WORKS);
    private final ThreadLocal<Integer> commitsThatWork = ThreadLocal.withInitial(() -> 0);
    private final AtomicInteger generation = new AtomicInteger();
    volatile boolean away;

    BreakableDataSource(DataSource real) {
        this.real = real;
    }

    /** Cuts all connections that are out; the database does not notice, and holds their locks. */
    void cutConnections() {
        generation.incrementAndGet();
    }

    /** Breaks the next COMMIT of the calling thread. */
    void breakNextCommit(Commit how) {
        breakCommitAfter(0, how);
    }

    /** Breaks a COMMIT of the calling thread, after so many that work. */
    void breakCommitAfter(int working, Commit how) {
        commitsThatWork.set(working);
        nextCommit.set(how);
    }

    private boolean breaksNow() {
        int left = commitsThatWork.get();
        commitsThatWork.set(left - 1);
        return left <= 0 && nextCommit.get() != Commit.WORKS;
    }

    /** The database notices that connections were lost, and rolls back what they held. */
    void releaseStuck() throws SQLException {
        for (Connection connection : stuck) {
            connection.rollback();
            connection.close();
        }
        stuck.clear();
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (away) {
            throw new SQLException("connection refused", "08001");
        }
        Connection connection = real.getConnection();
        boolean[] broken = new boolean[1];
        int born = generation.get();
        return (Connection) Proxy.newProxyInstance(
                BreakableDataSource.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    if (!broken[0] && born != generation.get()) {
                        broken[0] = true;
                        stuck.add(connection);
                    }
                    if (broken[0]) {
                        throw new SQLException("connection is closed", "08003");
                    } else if (method.getName().equals("commit") && breaksNow()) {
                        broken[0] = true;
                        breakAtCommit(connection);
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void breakAtCommit(Connection connection) throws SQLException {
        Commit how = nextCommit.get();
        nextCommit.remove();
        if (how == Commit.LOST_WITH_LOCKS_HELD) {
            stuck.add(connection);
        } else {
            if (how == Commit.DONE_BUT_ANSWER_LOST) {
                connection.commit();
            } else {
                connection.rollback();
            }
            connection.close();
        }
        throw new SQLException("connection reset during COMMIT", "08006");
    }
}
