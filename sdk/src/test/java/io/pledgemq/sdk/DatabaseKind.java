package io.pledgemq.sdk;

import java.sql.SQLException;

/** A kind of database under test. */
interface DatabaseKind {
    /** A new, empty database, or a schema that is as good as one. */
    String newDatabaseUrl() throws SQLException;

    String user();

    /** Query for the lock timeout of a session. */
    String lockTimeoutQuery();

    /** Ends all other sessions of the database that this world uses, as an administrator would. */
    void killSessions(World world) throws SQLException;
}
