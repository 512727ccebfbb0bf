package io.pledgemq.examples.demo;

import io.pledgemq.examples.order.Order;
import io.pledgemq.examples.order.OrderCreated;
import io.pledgemq.examples.order.OrderStore;
import io.pledgemq.sdk.Message;
import io.pledgemq.sdk.PledgeMQ;
import io.pledgemq.sdk.errors.EngineUnavailableException;
import io.pledgemq.sdk.errors.OutcomeUnknownException;
import io.pledgemq.sdk.errors.PledgeException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The order service at work: places orders by several threads, each in the classical flow: prepare, local transaction,
 * decision. An order whose prepare was refused is tried again; one whose own transaction fails is refused for good.
 */
final class OrderPlacing {

    private static final Logger LOG = LoggerFactory.getLogger(OrderPlacing.class);
    private static final int THREADS = 12;
    private static final int MAX_TRIES = 4;

    private final PledgeMQ orderSide;
    private final OrderStore store;
    private final OrderJob.Workplace workplace;
    private final FaultPlan plan;

    OrderPlacing(PledgeMQ orderSide, OrderStore store, OrderJob.Workplace workplace, FaultPlan plan) {
        this.orderSide = orderSide;
        this.store = store;
        this.workplace = workplace;
        this.plan = plan;
    }

    /** The order service does not want the order. */
    private static final class OrderRefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OrderRefusedException(String message) {
            super(message);
        }
    }

    /** Tries every order that is neither placed nor refused; returns how many these were. */
    int placeUndecided() throws DemoException, InterruptedException {
        OrderSource orders = workplace.orders();
        Set<String> decided = decided();
        workplace.progress().begin("placing", orders.size());
        workplace.progress().at(Math.min(decided.size(), orders.size()));
        AtomicInteger next = new AtomicInteger();
        AtomicInteger tried = new AtomicInteger();
        AtomicBoolean failed = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> work = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                work.add(threads.submit(() -> {
                    boolean done = false;
                    try {
                        for (int at = next.getAndIncrement();
                                at < orders.size() && !failed.get();
                                at = next.getAndIncrement()) {
                            Order order = orders.get(at);
                            if (!decided.contains(order.id())) {
                                tried.incrementAndGet();
                                place(order);
                                workplace.progress().step();
                            }
                        }
                        done = true;
                    } finally {
                        failed.compareAndSet(false, !done);
                    }
                    return null;
                }));
            }
            for (Future<?> part : work) {
                part.get();
            }
        } catch (ExecutionException e) {
            throw new DemoException(
                    "Cannot place orders.",
                    String.valueOf(e.getCause()),
                    "start again with --data " + workplace.directory().root() + "; what was confirmed is kept.");
        } finally {
            // Not shutdownNow: an interrupt in the middle of H2's I/O closes its file for everybody.
            threads.shutdown();
        }
        return tried.get();
    }

    private void place(Order order) throws SQLException {
        Message message = Message.of(SdkOrderJob.TOPIC, order.id(), OrderCreated.of(order));
        for (int i = 1; i <= MAX_TRIES; i++) {
            try {
                orderSide.inTransaction(message, tx -> {
                    store.insert(tx.connection(), order);
                    if (plan.localTransactionFails(order.id())) {
                        throw new OrderRefusedException("planned fault: the customer has no credit");
                    }
                });
                return;
            } catch (OrderRefusedException e) {
                refuse(order, String.valueOf(e.getMessage()));
                return;
            } catch (EngineUnavailableException e) {
                LOG.debug("order {} is not taken at try {}", order.id(), i, e);
            } catch (OutcomeUnknownException e) {
                LOG.warn("order {}: nobody knows yet whether it was taken; the next round looks", order.id());
                return;
            } catch (PledgeException e) {
                LOG.warn("order {} was not taken; the next round tries again: {}", order.id(), e.getMessage());
                return;
            }
        }
    }

    private void refuse(Order order, String reason) throws SQLException {
        try (Connection connection = orders().getConnection()) {
            store.refuse(connection, order.id(), reason);
        }
    }

    private Set<String> decided() throws DemoException {
        try (Connection connection = orders().getConnection()) {
            return store.decided(connection);
        } catch (SQLException e) {
            throw new DemoException(
                    "The order database failed.",
                    e,
                    "start again with --data " + workplace.directory().root());
        }
    }

    private DataSource orders() {
        return workplace.databases().orders().dataSource();
    }
}
