package io.pledgemq.sdk;

import io.pledgemq.sdk.codec.JsonCodec;
import io.pledgemq.sdk.codec.PayloadCodec;
import io.pledgemq.sdk.jdbc.Database;
import io.pledgemq.sdk.transport.Origin;
import io.pledgemq.sdk.transport.Transport;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Builds a {@link PledgeMQ}. Only the data source and a transport are required. */
public final class PledgeMQBuilder {
    private static final Duration SHORTEST_RETENTION = Duration.ofHours(1);

    private final DataSource dataSource;
    private @Nullable String service;
    private String instance = UUID.randomUUID().toString();
    private boolean createTables = true;
    PayloadCodec codec = new JsonCodec();
    Clock clock = Clock.systemUTC();
    /** Time of pauses; tests set it. */
    LongSupplier nanoTime = System::nanoTime;
    /** How long a close waits for handlers; tests shorten it. */
    Duration handlersMayRun = Duration.ofSeconds(10);

    /** What to make of the time that the database tells; tests set it. */
    LongUnaryOperator databaseClock = LongUnaryOperator.identity();

    /** How often the database is made to see this process; tests set it. */
    Duration beatEvery = Duration.ofSeconds(3);

    Duration retention = Duration.ofDays(7);
    Duration cleanUpEvery = Duration.ofHours(1);
    Duration relayEvery = Duration.ofSeconds(1);
    OnEngineDown onEngineDown = OnEngineDown.FAIL;

    PledgeMQBuilder(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Name of this service; all its instances share it and its database. Default: made of the database's identity. */
    public PledgeMQBuilder service(String name) {
        this.service = Names.service(name);
        return this;
    }

    /** Name of this process within the service. Default: random. */
    public PledgeMQBuilder instance(String name) {
        this.instance = Names.service(name);
        return this;
    }

    /** Default: JSON by Jackson. */
    public PledgeMQBuilder codec(PayloadCodec codec) {
        this.codec = codec;
        return this;
    }

    /** Default: true. False if your migrations run our scripts; then the tables must be there. */
    public PledgeMQBuilder createTables(boolean create) {
        this.createTables = create;
        return this;
    }

    /** How long barrier and inbox remember; longer than any retry, outage or open transaction. Default: 7 days. */
    public PledgeMQBuilder retention(Duration retention) {
        if (retention.compareTo(SHORTEST_RETENTION) < 0) {
            throw new IllegalArgumentException(
                    "expected a retention of at least " + SHORTEST_RETENTION + ", actual " + retention);
        }
        this.retention = retention;
        return this;
    }

    /** Default: every hour. */
    public PledgeMQBuilder cleanUpEvery(Duration pause) {
        this.cleanUpEvery = pause;
        return this;
    }

    /** What becomes of a transaction while the engine is away; the same for all instances. Default: it fails. */
    public PledgeMQBuilder onEngineDown(OnEngineDown choice) {
        this.onEngineDown = choice;
        return this;
    }

    /** How often the outbox is looked into. Default: every second. */
    public PledgeMQBuilder relayEvery(Duration pause) {
        this.relayEvery = pause;
        return this;
    }

    /** Time of message ids and retention. Default: the system's. */
    public PledgeMQBuilder clock(Clock clock) {
        this.clock = clock;
        return this;
    }

    /** Opens with a transport that stays open when the {@link PledgeMQ} is closed; several may share it. */
    public PledgeMQ open(Transport transport) {
        return open(transport, false);
    }

    /** Opens with a transport that is closed together with the {@link PledgeMQ}. */
    public PledgeMQ openOwning(Transport transport) {
        boolean opened = false;
        try {
            PledgeMQ mq = open(transport, true);
            opened = true;
            return mq;
        } finally {
            if (!opened) {
                transport.close();
            }
        }
    }

    private PledgeMQ open(Transport transport, boolean owning) {
        if (createTables) {
            Database.createTables(dataSource);
        }
        return new PledgeMQ(this, Database.open(dataSource), transport, owning);
    }

    String service(Database database) {
        return service == null ? "service-" + database.id() : service;
    }

    Origin origin(Database database) {
        return new Origin(service(database), instance, database.id());
    }
}
