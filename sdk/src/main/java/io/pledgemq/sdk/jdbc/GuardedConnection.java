package io.pledgemq.sdk.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connection as user code inside a transaction sees it: it cannot end the transaction, and savepoints are watched.
 * It does not see what goes around it, such as {@code unwrap}, COMMIT as SQL text, or DDL that commits by itself.
 */
public final class GuardedConnection implements InvocationHandler {
    /** Learns about savepoints. */
    public interface SavepointListener {
        void savepointSet(Object savepoint);

        void rolledBackTo(Object savepoint);
    }

    private static final Set<String> ENDING = Set.of("commit", "close", "abort", "setAutoCommit");

    private final Connection connection;
    private final SavepointListener listener;

    private GuardedConnection(Connection connection, SavepointListener listener) {
        this.connection = connection;
        this.listener = listener;
    }

    public static Connection guard(Connection connection, SavepointListener listener) {
        return (Connection) Proxy.newProxyInstance(
                GuardedConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new GuardedConnection(connection, listener));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        String name = method.getName();
        boolean plainRollback = name.equals("rollback") && arguments == null;
        if (ENDING.contains(name) || plainRollback) {
            throw new SQLException("expected PledgeMQ to end this transaction, actual call of " + name
                    + "() inside it; return from the callback to commit, throw to roll back");
        }
        Object result;
        try {
            result = method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
        if (name.equals("setSavepoint") && result != null) {
            listener.savepointSet(result);
        } else if (name.equals("rollback") && arguments != null && arguments[0] instanceof Savepoint savepoint) {
            listener.rolledBackTo(savepoint);
        }
        return result;
    }
}
