package io.pledgemq.sdk;

import io.pledgemq.sdk.errors.EngineUnavailableException;
import io.pledgemq.sdk.transport.AckNote;
import io.pledgemq.sdk.transport.Delivery;
import io.pledgemq.sdk.transport.Receiver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives for one group: one thread leases messages, as many as {@link InHand} allows; a pool handles them; leases of
 * running handlers are renewed until {@code maxHandlerTime}, and what has waited for a handler for a third of its lease
 * is given back. Nothing a handler throws ends it.
 */
final class GroupConsumer implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(GroupConsumer.class);
    private static final Duration WAIT = Duration.ofSeconds(2);
    private static final Duration PAUSE_WHILE_AWAY = Duration.ofSeconds(1);
    private static final int CLOSE_SECONDS = 10;

    private static final class Running {
        final Delivery delivery;
        final long startedNanos = System.nanoTime();
        /** Of the lease thread only. */
        long renewedNanos = startedNanos;

        boolean overdueReported;

        private final AtomicBoolean taken = new AtomicBoolean();

        Running(Delivery delivery) {
            this.delivery = delivery;
        }

        /** True for one caller: the handler that begins, or whoever gives the message back before one has begun. */
        boolean take() {
            return taken.compareAndSet(false, true);
        }

        boolean isWaiting() {
            return !taken.get();
        }
    }

    private final String name;
    private final Receiver receiver;
    private final DeliveryHandler handler;
    private final FailureJudge judge;
    private final SubscriptionOptions options;
    private final InHand inHand;
    private final ExecutorService handlers;
    private final Thread thread;
    private final Map<Object, Running> running = new ConcurrentHashMap<>();
    private final DatabaseNews database;
    private final CountDownLatch closed = new CountDownLatch(1);

    GroupConsumer(
            String name, Receiver receiver, DeliveryHandler handler, FailureJudge judge, SubscriptionOptions options) {
        this.name = name;
        this.receiver = receiver;
        this.handler = handler;
        this.judge = judge;
        this.options = options;
        this.database = new DatabaseNews(name, System::nanoTime);
        this.inHand = new InHand(options.threads());
        this.handlers = Executors.newFixedThreadPool(options.threads(), task -> daemon(task, "pledge-handler-" + name));
        this.thread = daemon(this::receiveUntilClosed, "pledge-receiver-" + name);
    }

    void start() {
        thread.start();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private void receiveUntilClosed() {
        boolean away = false;
        while (closed.getCount() > 0) {
            FutureTask<Void> round = new FutureTask<>(this::receiveOnce, null);
            round.run();
            try {
                round.get();
                away = false;
            } catch (ExecutionException e) {
                if (!away) {
                    logReceiveFailure(causeOf(e));
                }
                away = true;
                pause(PAUSE_WHILE_AWAY);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static Throwable causeOf(ExecutionException e) {
        return e.getCause() == null ? e : e.getCause();
    }

    private void logReceiveFailure(Throwable failure) {
        if (failure instanceof EngineUnavailableException) {
            LOG.warn("group {} cannot receive, and keeps trying: {}", name, failure.getMessage());
        } else {
            LOG.error("group {} failed to receive, and keeps trying", name, failure);
        }
    }

    private void receiveOnce() {
        int room = 0;
        try {
            room = inHand.room();
            List<Delivery> deliveries = receiver.receive(room, WAIT, options.lease());
            for (Delivery delivery : deliveries) {
                room--;
                Running run = new Running(delivery);
                running.put(delivery.handle(), run);
                handlers.execute(() -> begin(run));
            }
        } catch (InterruptedException e) {
            closed.countDown();
        } finally {
            inHand.giveBack(room);
        }
    }

    private void begin(Running run) {
        if (!run.take()) {
            return;
        }
        long begun = System.nanoTime();
        try {
            handle(run.delivery);
        } finally {
            running.remove(run.delivery.handle(), run);
            inHand.handled(System.nanoTime() - begun);
        }
    }

    private void handle(Delivery delivery) {
        FutureTask<Settlement> run = new FutureTask<>(() -> handler.handle(delivery));
        run.run();
        try {
            Settlement settlement = run.get();
            tellDatabase(settlement);
            settle(delivery, settlement);
        } catch (ExecutionException e) {
            Settlement settlement = judge.judge(causeOf(e), delivery, handler.place(delivery));
            LOG.warn(
                    "group {}, message {}, attempt {}: {}", name, delivery.messageId(), delivery.attempt(), settlement);
            LOG.debug("the failure in full", e);
            settle(delivery, settlement);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tellDatabase(Settlement settlement) {
        if (settlement instanceof Settlement.Away away) {
            database.away(away);
        } else if (settlement instanceof Settlement.Ack ack && ack.note().outcome() != AckNote.Outcome.NOT_OURS) {
            database.back();
        }
    }

    /** A settlement that gets lost is made up for by the next delivery. */
    private void settle(Delivery delivery, Settlement settlement) {
        Background.runLogged("settling message " + delivery.messageId() + " for group " + name, () -> {
            if (settlement instanceof Settlement.Ack ack) {
                receiver.ack(delivery, ack.note());
            } else if (settlement instanceof Settlement.Again again) {
                receiver.nack(delivery, again.reason(), again.counted(), again.delay());
            } else if (settlement instanceof Settlement.Away away) {
                receiver.nack(delivery, away.reason(), false, Settlement.Away.PAUSE);
            } else if (settlement instanceof Settlement.Dead dead) {
                receiver.dead(delivery, dead.reason());
            }
            return settlement;
        });
    }

    /** Renews what has used up a third of its lease; to be called several times in that span, by one thread. */
    void renewLeases() {
        long now = System.nanoTime();
        long due = options.lease().toNanos() / 3;
        for (Running run : running.values()) {
            if (run.isWaiting()) {
                if (now - run.startedNanos >= due && run.take()) {
                    giveBack(run);
                }
            } else if (now - run.startedNanos >= options.maxHandlerTime().toNanos()) {
                reportOverdue(run);
            } else if (now - run.renewedNanos >= due) {
                run.renewedNanos = now;
                receiver.extend(run.delivery, options.lease());
            }
        }
    }

    /** Others may be free to handle it. */
    private void giveBack(Running run) {
        running.remove(run.delivery.handle(), run);
        inHand.returned();
        settle(run.delivery, new Settlement.Again("all handlers of its receiver were busy", false, Duration.ZERO));
    }

    private void reportOverdue(Running run) {
        if (!run.overdueReported) {
            run.overdueReported = true;
            LOG.warn(
                    "group {}, message {}: its handler runs longer than maxHandlerTime {}; its lease is not renewed any more, "
                            + "so it will be delivered again",
                    name,
                    run.delivery.messageId(),
                    options.maxHandlerTime());
        }
    }

    private void pause(Duration pause) {
        try {
            if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("group {} is closed", name);
            }
        } catch (InterruptedException e) {
            closed.countDown();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
            handlers.shutdown();
            if (!handlers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("group {}: handlers still run after {} s; their messages come again", name, CLOSE_SECONDS);
                handlers.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        receiver.close();
    }
}
