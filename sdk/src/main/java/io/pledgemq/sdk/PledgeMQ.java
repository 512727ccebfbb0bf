package io.pledgemq.sdk;

import io.pledgemq.sdk.codec.PayloadType;
import io.pledgemq.sdk.embedded.EmbeddedTransport;
import io.pledgemq.sdk.errors.DatabaseException;
import io.pledgemq.sdk.errors.EngineUnavailableException;
import io.pledgemq.sdk.errors.IllegalUseException;
import io.pledgemq.sdk.errors.OutcomeUnknownException;
import io.pledgemq.sdk.foreign.InterruptAside;
import io.pledgemq.sdk.jdbc.Barrier;
import io.pledgemq.sdk.jdbc.Cleanup;
import io.pledgemq.sdk.jdbc.Database;
import io.pledgemq.sdk.jdbc.Incarnation;
import io.pledgemq.sdk.jdbc.Stamp;
import io.pledgemq.sdk.retry.RetryPolicy;
import io.pledgemq.sdk.retry.WhenExhausted;
import io.pledgemq.sdk.transport.GroupDeclaration;
import io.pledgemq.sdk.transport.Origin;
import io.pledgemq.sdk.transport.OutgoingMessage;
import io.pledgemq.sdk.transport.PrepareResult;
import io.pledgemq.sdk.transport.Receiver;
import io.pledgemq.sdk.transport.Transport;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One service with one database at one engine. Local transactions and the messages they send become true together or
 * not at all; the effect of a message in this database is made exactly once per consumer group. Effects elsewhere
 * (mail, HTTP) are not covered. Safe for use by many threads.
 */
public final class PledgeMQ implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PledgeMQ.class);
    private static final Duration CONFIRM_PAUSE = Duration.ofMillis(250);
    private static final Duration RENEW_PAUSE = Duration.ofMillis(100);

    private final Lifecycle lifecycle;
    private final Participant participant;
    private final Transport transport;
    private final boolean ownsTransport;
    private final Clock clock;
    private final Duration retention;
    private final ConfirmedRows confirmed;
    private final Background databaseWork;
    private final Background leases;
    private final Background decisionsAgain;
    private final Background relaying;
    private final Background heartbeat;
    private final Cleanup cleanup;
    private final OutboxRelay relay;
    private final List<GroupConsumer> consumers = new CopyOnWriteArrayList<>();
    private final GroupPolicies policies = new GroupPolicies();
    private final Transport.Registration checker;

    PledgeMQ(PledgeMQBuilder builder, Database database, Transport transport, boolean ownsTransport) {
        this.lifecycle = new Lifecycle(builder.handlersMayRun);
        this.transport = transport;
        this.ownsTransport = ownsTransport;
        this.clock = builder.clock;
        this.retention = builder.retention;
        this.databaseWork = new Background("pledge-database-" + builder.service(database));
        this.leases = new Background("pledge-leases-" + builder.service(database));
        this.decisionsAgain = new Background("pledge-decisions-" + builder.service(database));
        Barrier barrier = new Barrier(database, transport.engineId());
        this.confirmed = new ConfirmedRows(barrier, !transport.knowsAllSettled());
        Origin origin = builder.origin(database);
        Incarnation incarnation = beginIncarnation(database, origin, builder);
        Decisions decisions = new Decisions(transport, origin.instance(), confirmed, decisionsAgain);
        this.cleanup =
                new Cleanup(database, transport.engineId(), transport::settledAmong, clock, builder.databaseClock);
        this.participant = Participant.of(
                new Participant.Sender(database, barrier, incarnation, origin),
                transport,
                builder,
                decisions,
                cleanup::explainOldMessage);
        this.heartbeat = new Background("pledge-heartbeat-" + origin.service());
        this.relay = new OutboxRelay(participant, builder.nanoTime);
        this.relaying = new Background("pledge-outbox-" + builder.service(database));
        database.durabilityWarning()
                .ifPresent(warning -> LOG.warn("{}: {}", participant.origin().service(), warning));
        learnWatermark();
        startBackground(builder.cleanUpEvery);
        heartbeat.every(builder.beatEvery, "making the database see this process", this::beat);
        relaying.every(builder.relayEvery, "relaying the outbox", () -> relay.runInBackground(builder.relayEvery));
        this.checker = transport.registerChecker(participant.origin(), new OwnChecker(participant, confirmed));
    }

    /** With an engine of its own in this directory, and everything else at its default. */
    public static PledgeMQ embedded(Path directory, DataSource dataSource) {
        return builder(dataSource).openOwning(EmbeddedTransport.open(directory));
    }

    /** Begins with everything that is optional at its default. */
    public static PledgeMQBuilder builder(DataSource dataSource) {
        return new PledgeMQBuilder(dataSource);
    }

    private static Incarnation beginIncarnation(Database database, Origin origin, PledgeMQBuilder builder) {
        try {
            Incarnation.Owner owner = new Incarnation.Owner(origin.service(), origin.instance());
            return Incarnation.begin(database, owner, builder.clock, builder.nanoTime);
        } catch (SQLException e) {
            throw new DatabaseException("this process could not be entered into pledge_incarnation", e);
        }
    }

    private boolean beat() {
        try {
            participant.tables().incarnation().beat();
            return true;
        } catch (SQLException e) {
            LOG.debug("the database could not be made to see this process, tried again: {}", e.getMessage());
            return false;
        }
    }

    private void learnWatermark() {
        try {
            participant.tables().inbox().learnWatermark();
        } catch (SQLException e) {
            throw new DatabaseException("the inbox cannot be read", e);
        }
    }

    private void startBackground(Duration cleanUpEvery) {
        databaseWork.every(CONFIRM_PAUSE, "noting confirmed decisions", () -> {
            confirmed.flush();
            return true;
        });
        databaseWork.every(OutcomeWatch.PAUSE, "checking unknown outcomes", () -> {
            participant.outcomes().checkAll();
            return true;
        });
        databaseWork.every(cleanUpEvery, "clean-up", this::cleanUpNow);
        leases.every(RENEW_PAUSE, "renewing leases", () -> {
            consumers.forEach(GroupConsumer::renewLeases);
            return true;
        });
    }

    /**
     * Runs a local transaction. Its messages are prepared right before COMMIT, and delivered if and only if it commits.
     * What {@code work} throws rolls back and comes out unchanged. Inside of another transaction this is one of its
     * own: it commits, and its messages are delivered, whatever becomes of the outer one.
     *
     * @throws OutcomeUnknownException if COMMIT was sent and no answer came
     */
    public <X extends Exception> void inTransaction(TransactionWork<X> work) throws X {
        this.<Boolean, X>callInTransaction(tx -> {
            work.run(tx);
            return true;
        });
    }

    /** Like {@link #inTransaction(TransactionWork)}, with a result. */
    public <R, X extends Exception> R callInTransaction(TransactionCall<R, X> work) throws X {
        lifecycle.requireOpenOrHandling("inTransaction");
        try (OwnedTransaction transaction = OwnedTransaction.begin(participant)) {
            R result = work.call(transaction.protocol());
            transaction.commit();
            return result;
        }
    }

    /**
     * The classical flow: prepares the message first, then runs the local transaction, then commits or rolls back the
     * message.
     *
     * @return id of the message
     * @throws OutcomeUnknownException if COMMIT was sent and no answer came
     */
    public <X extends Exception> String inTransaction(Message message, TransactionWork<X> work) throws X {
        lifecycle.requireOpenOrHandling("inTransaction");
        OutgoingMessage outgoing = participant.messages().outgoing(message, Map.of());
        String id = outgoing.messageId();
        String handle = prepareFirst(outgoing);
        boolean begun = false;
        try (OwnedTransaction transaction = OwnedTransaction.begin(participant)) {
            begun = true;
            transaction.protocol().adopt(outgoing, handle);
            work.run(transaction.protocol());
            transaction.commit();
        } finally {
            if (!begun) {
                watch(outgoing, handle);
            }
        }
        return id;
    }

    /** Returns null if the message will have to go through the outbox. */
    private @Nullable String prepareFirst(OutgoingMessage message) {
        boolean mayWait = participant.onEngineDown() == OnEngineDown.OUTBOX;
        if (mayWait && !participant.breaker().mayTry()) {
            return null;
        }
        List<OutgoingMessage> one = List.of(message);
        try {
            List<PrepareResult> results = participant.prepare(one);
            Participant.requireAllPrepared(one, results);
            return results.get(0) instanceof PrepareResult.Prepared prepared ? prepared.transaction() : null;
        } catch (EngineUnavailableException e) {
            if (!mayWait) {
                throw e;
            }
            return null;
        }
    }

    private void watch(OutgoingMessage message, @Nullable String handle) {
        if (handle != null) {
            Stamp stamp = participant.tables().incarnation().stamp();
            participant.outcomes().watch(List.of(new OutcomeWatch.Watched(message, handle, stamp)));
        }
    }

    /**
     * For a framework that owns the connection and its COMMIT; the connection must not be in auto-commit mode. See
     * {@link LocalTransaction} for what it owes.
     */
    public LocalTransaction join(Connection connection) {
        lifecycle.requireOpenOrHandling("join");
        try {
            if (connection.getAutoCommit()) {
                throw new IllegalUseException(
                        "expected a connection inside of a transaction, actual auto-commit; begin a "
                                + "transaction (Spring: @Transactional) before you send");
            }
        } catch (SQLException e) {
            throw new DatabaseException("the connection cannot be joined", e);
        }
        return LocalTransaction.join(participant, connection);
    }

    /** Consumes with {@link SubscriptionOptions#standard()}. */
    public <T> Subscription subscribe(String topic, String group, Class<T> type, MessageHandler<T> handler) {
        return subscribe(topic, group, type, SubscriptionOptions.standard(), handler);
    }

    /**
     * Consumes: the handler runs in a transaction of this database that holds the inbox row. All subscriptions of a
     * group have one policy: attempts, pauses, and what happens when they are exhausted.
     *
     * @param type {@code byte[].class} for the bytes as they are, anything else through the codec
     */
    public <T> Subscription subscribe(
            String topic, String group, Class<T> type, SubscriptionOptions options, MessageHandler<T> handler) {
        return subscribe(topic, group, Payloads.type(type), options, handler);
    }

    /** As {@link #subscribe(String, String, Class, SubscriptionOptions, MessageHandler)}, for a type with arguments. */
    public <T> Subscription subscribe(
            String topic, String group, PayloadType<T> type, SubscriptionOptions options, MessageHandler<T> handler) {
        Names.topic(topic);
        Names.group(group);
        requireRetention(options.retry());
        Payloads<T> payloads = new Payloads<>(participant.codec(), type);
        return start(topic, group, options, new ConsumerHandler<>(participant, group, payloads, handler));
    }

    /**
     * At the sender: undoes what came from this database, exactly once, when a consumer group has given up for good.
     */
    public <T> Subscription onCompensate(String topic, Class<T> type, MessageHandler<T> undo) {
        return onCompensate(topic, Payloads.type(type), undo);
    }

    /** As {@link #onCompensate(String, Class, MessageHandler)}, for a type with arguments. */
    public <T> Subscription onCompensate(String topic, PayloadType<T> type, MessageHandler<T> undo) {
        Names.topic(topic);
        Payloads<T> payloads = new Payloads<>(participant.codec(), type);
        String group = Names.senderUndoGroup(participant.tables().database().id());
        return startUndo(topic, group, UndoHandler.ofSender(participant, payloads, undo));
    }

    /**
     * At a consumer group: undoes what the group has applied, exactly once, when another group has given up for good.
     */
    public <T> Subscription onCompensate(String topic, String group, Class<T> type, MessageHandler<T> undo) {
        return onCompensate(topic, group, Payloads.type(type), undo);
    }

    /** As {@link #onCompensate(String, String, Class, MessageHandler)}, for a type with arguments. */
    public <T> Subscription onCompensate(String topic, String group, PayloadType<T> type, MessageHandler<T> undo) {
        Names.topic(topic);
        Names.group(group);
        Payloads<T> payloads = new Payloads<>(participant.codec(), type);
        return startUndo(topic, Names.undoGroup(group), UndoHandler.ofGroup(participant, group, payloads, undo));
    }

    private Subscription startUndo(String topic, String group, DeliveryHandler handler) {
        lifecycle.requireOpen("onCompensate");
        String undoTopic = Names.undoTopic(topic);
        transport.ensureTopic(undoTopic);
        return start(undoTopic, group, SubscriptionOptions.standard().whenExhausted(WhenExhausted.PARK), handler);
    }

    private Subscription start(String topic, String group, SubscriptionOptions options, DeliveryHandler handler) {
        lifecycle.requireOpen("subscribe");
        policies.enter(group, topic, options);
        boolean started = false;
        try {
            GroupConsumer consumer = startConsumer(topic, group, options, handler);
            started = true;
            return () -> {
                if (consumers.remove(consumer)) {
                    policies.leave(group);
                    consumer.close();
                }
            };
        } finally {
            if (!started) {
                policies.leave(group);
            }
        }
    }

    private GroupConsumer startConsumer(
            String topic, String group, SubscriptionOptions options, DeliveryHandler handler) {
        Receiver receiver = transport.openReceiver(new GroupDeclaration(
                topic, group, participant.origin().instance(), options.retry(), options.whenExhausted()));
        FailureJudge judge =
                new FailureJudge(options.retry(), participant.tables().inbox(), RandomGenerator.getDefault());
        GroupConsumer consumer = new GroupConsumer(group, receiver, handler, judge, options, lifecycle);
        consumers.add(consumer);
        consumer.start();
        if (lifecycle.isClosing()) {
            consumer.close();
            lifecycle.requireOpen("subscribe");
        }
        return consumer;
    }

    private void requireRetention(RetryPolicy retry) {
        Duration window = Duration.ZERO;
        for (int attempt = 1; attempt < retry.maxAttempts(); attempt++) {
            int index = Math.min(attempt, retry.pauses().size()) - 1;
            window = window.plus(retry.pauses().get(index));
        }
        if (window.compareTo(retention) >= 0) {
            throw new IllegalUseException("expected retries that end within the retention " + retention
                    + " of the inbox, actual " + window + "; lengthen the retention or shorten the retries");
        }
    }

    /**
     * Removes barrier and inbox rows of messages older than the retention. Runs by itself; public for operators and
     * tests. Rows go in the run after the one that raised the watermark over them.
     */
    public Cleanup.Result cleanUp() throws SQLException {
        lifecycle.requireOpenOrHandling("cleanUp");
        return InterruptAside.during(this::cleanUpNow);
    }

    private Cleanup.Result cleanUpNow() throws SQLException {
        confirmed.flush();
        Cleanup.Result result = cleanup.run(retention);
        participant.tables().inbox().learnWatermark();
        if (result.unconfirmed() > 0) {
            LOG.warn(
                    "{} old barrier rows stay, because the engine has not confirmed their COMMIT",
                    result.unconfirmed());
        }
        result.otherEngines()
                .forEach((engine, rows) -> LOG.warn(
                        "{} old barrier rows wait for engine {} to confirm them; if that engine is gone for good, call "
                                + "releaseEngine(\"{}\")",
                        rows,
                        engine,
                        engine));
        return result;
    }

    /**
     * For operators: lowers watermarks that a wrong clock has raised, so that messages are sent and applied again. See
     * docs/operating.md for what to look at first.
     *
     * @return true if there was something to lower
     * @throws SQLException if the database cannot be asked, or one of the clocks is still wrong
     */
    public boolean lowerWatermarks() throws SQLException {
        boolean lowered = cleanup.lowerWatermarks(retention);
        participant.tables().inbox().learnWatermark();
        return lowered;
    }

    /**
     * For operators: the barrier rows of this engine, which is gone for good, do not wait any longer for it to confirm
     * their COMMIT, so that clean-up removes them when they are old.
     *
     * @param engineId as the clean-up's warning names it
     */
    public void releaseEngine(String engineId) throws SQLException {
        if (engineId.equals(transport.engineId())) {
            throw new IllegalUseException("expected an engine that is gone, actual the one in use: " + engineId);
        }
        participant.tables().barrier().releaseEngine(engineId);
    }

    /**
     * Sends what waits in the outbox, if the engine is there. Runs by itself, whatever {@link OnEngineDown} says;
     * public for operators and tests.
     *
     * @return how many messages are not in the outbox any more
     */
    public int relayOutbox() throws SQLException {
        lifecycle.requireOpenOrHandling("relayOutbox");
        return InterruptAside.during(relay::run);
    }

    /** For operators and health pages: what waits in the outbox, and what the engine refused of it. */
    public OutboxDesk outbox() {
        return new OutboxDesk(participant);
    }

    public Database database() {
        return participant.tables().database();
    }

    /**
     * Stops consuming, waits up to 10 s for handlers that run, ends the background work, and refuses everything from
     * then on. A transport that was given stays open. Nothing is interrupted, and an interrupt of the caller changes
     * nothing. From inside a handler it returns at once, and the rest happens after the handler has ended.
     */
    @Override
    public void close() {
        boolean first = lifecycle.beginClosing();
        if (lifecycle.isHandling()) {
            if (first) {
                new Thread(this::closeNow, "pledge-closing").start();
            }
        } else if (first) {
            closeNow();
        } else {
            lifecycle.awaitClosed();
        }
    }

    private void closeNow() {
        try {
            InterruptAside.during(() -> {
                consumers.forEach(GroupConsumer::stopReceiving);
                consumers.forEach(GroupConsumer::close);
                consumers.clear();
                checker.close();
                List.of(leases, decisionsAgain, relaying, heartbeat, databaseWork)
                        .forEach(Background::close);
                confirmed.flush();
                return true;
            });
        } finally {
            if (ownsTransport) {
                transport.close();
            }
            lifecycle.closed();
        }
    }
}
