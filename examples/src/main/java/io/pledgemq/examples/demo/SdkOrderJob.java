package io.pledgemq.examples.demo;

import io.pledgemq.examples.order.OrderCreated;
import io.pledgemq.examples.order.OrderStore;
import io.pledgemq.examples.warehouse.Warehouse;
import io.pledgemq.sdk.PledgeMQ;
import io.pledgemq.sdk.ReceivedMessage;
import io.pledgemq.sdk.SubscriptionOptions;
import io.pledgemq.sdk.Transaction;
import io.pledgemq.sdk.retry.RetryPolicy;
import io.pledgemq.sdk.retry.WhenExhausted;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The job over the SDK: both services in this process, each with its own database, and one engine between them. It
 * returns when every order is decided and no message is on its way.
 */
final class SdkOrderJob implements OrderJob {

    static final String TOPIC = "order-created";
    static final String GROUP = "warehouse";

    private static final int HANDLERS = 24;
    private static final int MAX_ATTEMPTS = 8;
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final Duration TOO_SLOW = LEASE.plusMillis(500);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final int LOOKS_PER_DATABASE_LOOK = 10;
    private static final int MAX_ROUNDS = 10;
    /** H2's codes for a database that is closed for good. */
    private static final Set<Integer> CLOSED = Set.of(90098, 90121);

    private final EngineDesk.Opening engine;
    private final OrderStore store = new OrderStore();
    private final Warehouse warehouse = new Warehouse();

    SdkOrderJob(EngineDesk.Opening engine) {
        this.engine = engine;
    }

    /** A handler that fails because the plan says so. */
    private static final class PlannedFaultException extends Exception {
        private static final long serialVersionUID = 1L;

        PlannedFaultException(String message) {
            super(message);
        }
    }

    @Override
    public Outcome run(Workplace workplace) throws DemoException, InterruptedException {
        FaultPlan plan = workplace.settings().faultPlan();
        try (ResolvedByCheck resolved = ResolvedByCheck.open(workplace.directory());
                EngineDesk desk = engine.open(workplace.directory(), workplace.alerts());
                FaultyTransport transport = new FaultyTransport(desk.transport(), plan, TOPIC, resolved);
                PledgeMQ warehouseSide = PledgeMQ.builder(
                                workplace.databases().warehouse().dataSource())
                        .service("warehouse-service")
                        .open(transport);
                PledgeMQ orderSide = PledgeMQ.builder(
                                workplace.databases().orders().dataSource())
                        .service("order-service")
                        .open(transport)) {
            transport.ensureTopic(TOPIC);
            warehouseSide.subscribe(
                    TOPIC,
                    GROUP,
                    OrderCreated.class,
                    options(workplace.settings()),
                    (tx, message) -> take(tx, message, plan));
            orderSide.onCompensate(TOPIC, OrderCreated.class, this::cancel);
            if (workplace.settings().compensates()) {
                // An earlier start may have parked some.
                desk.compensateParked(TOPIC);
            }
            OrderPlacing placing = new OrderPlacing(orderSide, store, workplace, plan);
            for (int round = 0; placing.placeUndecided() > 0; round++) {
                awaitQuiet(desk, workplace);
                if (round == MAX_ROUNDS) {
                    throw new DemoException(
                            "Some orders could not be placed.",
                            "they were tried " + MAX_ROUNDS + " times; the log above says why.",
                            "start again with --data " + workplace.directory().root());
                }
            }
            awaitQuiet(desk, workplace);
            List<Parked> parked = desk.parked(TOPIC);
            return new Outcome(desk.figures(resolved.count()), parked, skipped(desk, workplace, parked));
        }
    }

    private static SubscriptionOptions options(RunSettings settings) {
        return SubscriptionOptions.standard()
                .retry(RetryPolicy.exponential(Duration.ofMillis(100), Duration.ofSeconds(2))
                        .jitter(0.2)
                        .maxAttempts(MAX_ATTEMPTS))
                .whenExhausted(settings.compensates() ? WhenExhausted.COMPENSATE : WhenExhausted.PARK)
                .threads(HANDLERS)
                .lease(LEASE);
    }

    private void take(Transaction tx, ReceivedMessage<OrderCreated> message, FaultPlan plan)
            throws SQLException, PlannedFaultException, InterruptedException {
        String orderId = message.payload().orderId();
        // A retry by a person means that the cause was repaired.
        FaultPlan.HandlerFault fault = message.revision() > 0 ? FaultPlan.HandlerFault.NONE : plan.handler(orderId);
        switch (fault) {
            case NONE -> {}
            case FAILS_FOR_EVER -> throw new PlannedFaultException("planned fault: no shelf for order " + orderId);
            case FAILS_AT_FIRST -> {
                if (message.attempt() <= plan.failuresAtFirst(orderId)) {
                    throw new PlannedFaultException("planned fault: attempt " + message.attempt() + " fails");
                }
            }
            case OUTLIVES_LEASE -> {
                if (message.attempt() == 1) {
                    TimeUnit.MILLISECONDS.sleep(TOO_SLOW.toMillis());
                }
            }
        }
        warehouse.take(tx.connection(), message.payload());
    }

    private void cancel(Transaction tx, ReceivedMessage<OrderCreated> message) throws SQLException {
        store.cancel(tx.connection(), message.payload().orderId(), message.reason());
    }

    /** What is neither taken nor parked was closed by a person, or is missing; there are few, if any. */
    private static Set<String> skipped(EngineDesk desk, Workplace workplace, List<Parked> parked) throws DemoException {
        try {
            Set<String> untaken = UntakenOrders.find(
                    workplace.databases().orders().dataSource(),
                    workplace.databases().warehouse().dataSource());
            parked.forEach(row -> untaken.remove(row.orderId()));
            return desk.skipped(TOPIC, untaken);
        } catch (SQLException e) {
            throw new DemoException(
                    "A database failed.",
                    e,
                    "start again with --data " + workplace.directory().root());
        }
    }

    private static void awaitQuiet(EngineDesk desk, Workplace workplace) throws DemoException, InterruptedException {
        JobProgress progress = workplace.progress();
        long most = Math.max(1, desk.unsettled());
        progress.begin("settling", most);
        int looks = 0;
        for (long left = desk.unsettled(); left > 0; left = desk.unsettled()) {
            progress.at(Math.max(0, most - left));
            if (++looks % LOOKS_PER_DATABASE_LOOK == 0) {
                requireOpen(workplace, workplace.databases().orders());
                requireOpen(workplace, workplace.databases().warehouse());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN.toMillis());
        }
        progress.at(most);
    }

    /** A database that is away comes back; an H2 file whose disk was full has closed itself and does not. */
    private static void requireOpen(Workplace workplace, Database database) throws DemoException {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.isValid(0);
        } catch (SQLException e) {
            for (Throwable why = e; why != null; why = why.getCause()) {
                if (why instanceof SQLException failure && CLOSED.contains(failure.getErrorCode())) {
                    throw new DemoException(
                            "A database has closed itself.",
                            failure,
                            "free space on its disk if that is what is missing, then start again with --data "
                                    + workplace.directory().root() + ": what was confirmed is kept.");
                }
            }
        }
    }
}
