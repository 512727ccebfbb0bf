package io.pledgemq.examples.demo;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Lets the sessions of an H2 file work in turns: any number of transactions may be open, but one statement or commit
 * runs at a time. Without this a kill can break H2 (seen in 2.3.232): a commit writes the pages of all sessions, and
 * not all of them as of one moment, so a row of a statement that ran meanwhile may be on the disk without the undo
 * record that tells it is uncommitted. After the restart such a row is a ghost, seen by some sessions and not by
 * others.
 *
 * <p>Waiting for a row lock must not keep the turn from the session that holds that lock. So H2 itself waits hardly at
 * all, and the statement is tried again at later turns, until the session's lock timeout is over. A batch is not
 * repeated.
 *
 * <p>H2 may also hang (seen in 2.3.232 and 2.4.240: when a statement fails in a transaction that had to wait for a row
 * lock, and that is rolled back then, the next one to lock the row spins for ever). Nothing ends such a statement but
 * the end of the process, so it is ended with a word about it; the next start goes on.
 */
final class H2Turns implements AutoCloseable {

    /** In force at the session when the SDK does not ask for less. */
    static final Duration USUAL_LOCK_TIMEOUT = Duration.ofSeconds(10);

    /** H2's own lock timeout, which cannot be zero. */
    static final int LOCK_TIMEOUT_IN_H2_MS = 2;

    private static final String SET_LOCK_TIMEOUT = "SET LOCK_TIMEOUT ";
    private static final int LOCK_TIMEOUT = 50200;
    private static final int LOOKS = 10;
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final Duration LONGEST_STATEMENT = Duration.ofMinutes(2);

    private final ReentrantLock turn = new ReentrantLock();
    private final Condition somebodyEnded = turn.newCondition();
    private final Duration longest;
    private final Runnable onHanging;
    private final Thread watch;
    private volatile boolean closed;
    /** When H2 was called, or 0 if it is not being called. */
    private volatile long calledAtNanos;

    H2Turns() {
        this(LONGEST_STATEMENT, H2Turns::halt);
    }

    /** @param onHanging called again and again once a statement takes longer than that */
    H2Turns(Duration longest, Runnable onHanging) {
        this.longest = longest;
        this.onHanging = onHanging;
        this.watch = new Thread(this::watch, "h2-watch");
        watch.setDaemon(true);
        watch.start();
    }

    private void watch() {
        long seen = 0;
        int looks = 0;
        while (!closed) {
            LockSupport.parkNanos(longest.toNanos() / LOOKS);
            long called = calledAtNanos;
            // Looks are counted, not time: a process that was stopped for a while does not hang.
            looks = called != 0 && called == seen ? looks + 1 : 0;
            seen = called;
            if (looks >= LOOKS) {
                onHanging.run();
            }
        }
    }

    private static void halt() {
        System.err.println("An H2 database hangs.\n  why:  one statement has been running for "
                + LONGEST_STATEMENT.toSeconds() + " s; H2 is known to spin for ever after some failed statements.\n"
                + "  next: start again with --data to continue; what was confirmed is kept.");
        Runtime.getRuntime().halt(1);
    }

    /** Nothing is watched any more; connections go on. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(watch);
    }

    private void enter() {
        turn.lock();
        calledAtNanos = System.nanoTime();
    }

    private void leave() {
        calledAtNanos = 0;
        turn.unlock();
    }

    /** Returns the same data source, whose connections take turns. */
    DataSource of(DataSource pool) {
        return proxy(DataSource.class, (self, method, arguments) -> {
            Object result = call(pool, method, arguments);
            return result instanceof Connection connection ? proxy(Connection.class, new Session(connection)) : result;
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(H2Turns.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** One connection. */
    private final class Session implements InvocationHandler {
        private final Connection connection;
        private Duration lockTimeout = USUAL_LOCK_TIMEOUT;

        Session(Connection connection) {
            this.connection = connection;
        }

        @Override
        public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments) throws Throwable {
            if (arguments != null && arguments.length > 0 && arguments[0] instanceof String sql) {
                arguments[0] = withoutLockTimeout(sql);
            }
            enter();
            try {
                Object result = call(connection, method, arguments);
                if (result instanceof PreparedStatement statement) {
                    return proxy(PreparedStatement.class, new Work(this, statement));
                } else if (result instanceof Statement statement) {
                    return proxy(Statement.class, new Work(this, statement));
                }
                somebodyEnded.signalAll();
                return result;
            } finally {
                leave();
            }
        }

        /** Keeps the timeout that is wanted here, out of H2. */
        private String withoutLockTimeout(String sql) {
            if (!sql.startsWith(SET_LOCK_TIMEOUT)) {
                return sql;
            }
            int wantedMs = Integer.parseInt(sql.substring(SET_LOCK_TIMEOUT.length()));
            lockTimeout = wantedMs == LOCK_TIMEOUT_IN_H2_MS ? USUAL_LOCK_TIMEOUT : Duration.ofMillis(wantedMs);
            return SET_LOCK_TIMEOUT + LOCK_TIMEOUT_IN_H2_MS;
        }
    }

    /** One statement. */
    private final class Work implements InvocationHandler {
        private final Session session;
        private final Statement statement;

        Work(Session session, Statement statement) {
            this.session = session;
            this.statement = statement;
        }

        @Override
        public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments) throws Throwable {
            if (!method.getName().startsWith("execute")) {
                return call(statement, method, arguments);
            }
            long patience = method.getName().endsWith("Batch") ? 0 : session.lockTimeout.toNanos();
            long giveUp = System.nanoTime() + patience;
            enter();
            try {
                while (true) {
                    try {
                        return call(statement, method, arguments);
                    } catch (SQLException e) {
                        refuseUnlessLocked(e, giveUp);
                    }
                    calledAtNanos = 0;
                    somebodyEnded.awaitNanos(LOOK_AGAIN_NANOS);
                    calledAtNanos = System.nanoTime();
                }
            } finally {
                leave();
            }
        }

        private void refuseUnlessLocked(SQLException e, long giveUp) throws SQLException {
            if (e.getErrorCode() != LOCK_TIMEOUT || System.nanoTime() - giveUp >= 0) {
                throw e;
            }
        }
    }
}
