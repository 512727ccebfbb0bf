package io.pledgemq.sdk;

import java.sql.SQLException;

/** What every suite of the contract starts from. */
interface Contract {
    World world();

    /** A second service with its own database of the same kind at the same engine. */
    World otherWorld() throws SQLException;
}
