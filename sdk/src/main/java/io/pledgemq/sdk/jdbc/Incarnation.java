package io.pledgemq.sdk.jdbc;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proof that a database has seen this sender: a row in {@code pledge_incarnation}, random for each opened
 * {@code PledgeMQ}, whose counter advances every few seconds. Messages carry the last counter that the database has
 * confirmed ({@link Stamp}); a copy, a lagging replica or a restored backup does not know it.
 *
 * <p>The counter advances by compare-and-set. If the row is not as this process left it, the database went back in
 * time: that is logged as an error, and a new incarnation begins. Safe for use by many threads.
 */
public final class Incarnation {
    /** A stamp whose beat is older is weak. */
    static final Duration FRESH = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(Incarnation.class);

    /** Who beats, for people who look into the table. */
    public record Owner(String service, String instance) {}

    private final Database database;
    private final Owner owner;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Set<String> mine = ConcurrentHashMap.newKeySet();
    private String id = "";
    private long confirmed;
    private long attempted;
    private long confirmedNanos;

    private Incarnation(Database database, Owner owner, Clock clock, LongSupplier nanoTime) {
        this.database = database;
        this.owner = owner;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** Inserts the row; it is committed when this returns. */
    public static Incarnation begin(Database database, Owner owner, Clock clock, LongSupplier nanoTime)
            throws SQLException {
        Incarnation incarnation = new Incarnation(database, owner, clock, nanoTime);
        incarnation.insert();
        return incarnation;
    }

    private synchronized void insert() throws SQLException {
        String next = UUID.randomUUID().toString();
        long now = nanoTime.getAsLong();
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            String sql = "INSERT INTO pledge_incarnation (incarnation, service, instance, beats, beat_ms)"
                    + " VALUES (?, ?, ?, 0, ?)";
            Dialect.execute(transaction.connection(), sql, next, owner.service(), owner.instance(), clock.millis());
            transaction.commit(Look.identity().andIncarnations(List.of(next)));
        }
        mine.add(next);
        id = next;
        confirmed = 0;
        attempted = 0;
        confirmedNanos = now;
    }

    public synchronized String id() {
        return id;
    }

    /** What a message carries that is prepared now. */
    public synchronized Stamp stamp() {
        boolean weak = nanoTime.getAsLong() - confirmedNanos > FRESH.toNanos();
        return new Stamp(id, confirmed, weak);
    }

    /** True for this incarnation, and for those of this process that a database which went back has ended. */
    boolean isMine(String incarnation) {
        return mine.contains(incarnation);
    }

    /** Advances the counter. Called every few seconds. */
    public synchronized void beat() throws SQLException {
        long now = nanoTime.getAsLong();
        long before = attempted;
        attempted = Math.max(confirmed, attempted) + 1;
        Optional<Look.Sight> seen;
        Look look = Look.identity().andIncarnations(List.of(id));
        try (OwnTransaction transaction = OwnTransaction.begin(database)) {
            String sql =
                    "UPDATE pledge_incarnation SET beats = ?, beat_ms = ? WHERE incarnation = ? AND beats IN (?, ?)";
            Dialect.execute(transaction.connection(), sql, attempted, clock.millis(), id, confirmed, before);
            seen = transaction.commitIf(look, sight -> sight.beats(id) == attempted);
        }
        if (seen.isPresent()) {
            confirmed = attempted;
            confirmedNanos = now;
            return;
        }
        String lost = id;
        long lastBeat = confirmed;
        insert();
        LOG.error(
                "the database {} went back in time: it no longer has beat {} of this process (a restored backup, a "
                        + "failover to a replica that lagged behind, or a copy under the same address). Transactions that "
                        + "had committed may be gone; messages sent before are not rolled back by checks but wait for a "
                        + "person. See docs/operating.md, \"After a copy, a failover or a restore\" (incarnation {} ended, "
                        + "{} began)",
                database.id(),
                lastBeat,
                lost,
                id);
    }

    /**
     * Whether this database has seen all of these incarnations, which other connected instances have inserted into
     * theirs: if not, it is not the same database.
     */
    public boolean sees(Collection<String> incarnations) throws SQLException {
        for (List<String> part : Look.parts(incarnations)) {
            try (OwnTransaction transaction = OwnTransaction.begin(database)) {
                Look.Sight sight = transaction.commit(Look.identity().andIncarnations(part));
                if (part.stream().anyMatch(other -> sight.beats(other) < 0)) {
                    return false;
                }
            }
        }
        return true;
    }
}
