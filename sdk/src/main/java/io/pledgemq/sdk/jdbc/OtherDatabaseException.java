package io.pledgemq.sdk.jdbc;

import java.sql.SQLException;

/**
 * A connection reached another database or schema than the one that was opened: a routing data source, a pool whose
 * {@code search_path} was left changed, or a foreign connection that was joined. Nothing was committed there.
 */
public final class OtherDatabaseException extends SQLException {
    private static final long serialVersionUID = 1;

    OtherDatabaseException(String expected, String actual) {
        super("expected the database with the identity " + expected + ", actual "
                + (actual.isEmpty() ? "one without an identity" : actual)
                + ": this connection reaches another database or schema (a routing or per-tenant data source, a "
                + "search_path, a foreign connection); use one PledgeMQ for each database");
    }
}
