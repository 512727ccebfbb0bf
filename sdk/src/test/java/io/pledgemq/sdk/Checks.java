package io.pledgemq.sdk;

import io.pledgemq.sdk.jdbc.Barrier;
import io.pledgemq.sdk.jdbc.BarrierCheck;
import io.pledgemq.sdk.jdbc.Database;
import io.pledgemq.sdk.jdbc.Incarnation;
import io.pledgemq.sdk.jdbc.Stamp;
import io.pledgemq.sdk.transport.CheckAnswer;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Checks as an instance makes them that the database has seen. */
final class Checks {
    final Incarnation incarnation;
    private final BarrierCheck check;

    private Checks(Database database) throws SQLException {
        incarnation = Incarnation.begin(
                database, new Incarnation.Owner("orders", "checks"), Clock.systemUTC(), System::nanoTime);
        check = new BarrierCheck(database, new Barrier(database, "an-engine"), incarnation);
    }

    static Checks of(World world) throws SQLException {
        return of(world.mq.database());
    }

    static Checks of(Database database) throws SQLException {
        return new Checks(database);
    }

    /** One answer for each id, in the order of the ids. */
    List<CheckAnswer> check(List<String> messageIds) {
        Stamp stamp = incarnation.stamp();
        Map<String, CheckAnswer> answers =
                check.check(messageIds.stream().collect(Collectors.toMap(id -> id, id -> stamp)));
        return messageIds.stream().map(answers::get).toList();
    }

    CheckAnswer check(String messageId, Stamp stamp) {
        return check.check(messageId, stamp);
    }
}
