package io.pledgemq.sdk.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connection as user code inside a transaction sees it: it cannot end the transaction, and its statements and
 * metadata give it back instead of the one behind it. The first call that may reach the database marks the transaction.
 *
 * <p>It does not see what goes around it, such as {@code unwrap}, COMMIT as SQL text, or DDL that commits by itself:
 * the mark finds those.
 */
public final class GuardedConnection implements InvocationHandler {
    /** Marks the transaction before user code can reach the database. */
    public interface Marker {
        void beforeUse() throws SQLException;

        boolean isMarked();
    }

    private static final Set<String> ENDING = Set.of("commit", "close", "abort", "setAutoCommit");
    /** Only before the first use: H2 commits, PostgreSQL refuses, MariaDB means the next transaction. */
    private static final String ISOLATION = "setTransactionIsolation";

    private final Connection connection;
    private final Marker marker;

    private GuardedConnection(Connection connection, Marker marker) {
        this.connection = connection;
        this.marker = marker;
    }

    public static Connection guard(Connection connection, Marker marker) {
        return (Connection) proxy(Connection.class, new GuardedConnection(connection, marker));
    }

    private static Object proxy(Class<?> type, InvocationHandler handler) {
        return Proxy.newProxyInstance(GuardedConnection.class.getClassLoader(), new Class<?>[] {type}, handler);
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        String name = method.getName();
        boolean plainRollback = name.equals("rollback") && arguments == null;
        if (ENDING.contains(name) || plainRollback) {
            throw new SQLException("expected PledgeMQ to end this transaction, actual call of " + name
                    + "() inside it; return from the callback to commit, throw to roll back");
        } else if (name.equals(ISOLATION) && marker.isMarked()) {
            throw new SQLException("expected the isolation level to be set before the first statement, actual call of "
                    + name + "() in the middle of the transaction, which would end it in some databases");
        }
        if (mayReachTheDatabase(name)) {
            marker.beforeUse();
        }
        Object result = call(connection, method, arguments);
        return result == null ? null : guarded(result, method.getReturnType(), proxy);
    }

    private static boolean mayReachTheDatabase(String name) {
        boolean looksOnly = name.startsWith("get") || name.startsWith("is") || name.startsWith("set");
        return !looksOnly || name.equals("setSavepoint") || name.equals("getMetaData");
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Object guarded(Object result, Class<?> type, Object guard) {
        boolean leadsBack = type == Statement.class
                || type == PreparedStatement.class
                || type == CallableStatement.class
                || type == DatabaseMetaData.class;
        if (!leadsBack) {
            return result;
        }
        return proxy(
                type,
                (proxy, method, arguments) ->
                        method.getName().equals("getConnection") ? guard : call(result, method, arguments));
    }
}
