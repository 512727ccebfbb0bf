package io.pledgemq.sdk;

import io.pledgemq.sdk.errors.EngineUnavailableException;
import io.pledgemq.sdk.foreign.FailureText;
import io.pledgemq.sdk.foreign.ForeignCode;
import io.pledgemq.sdk.foreign.InterruptAside;
import io.pledgemq.sdk.transport.AckNote;
import io.pledgemq.sdk.transport.Delivery;
import io.pledgemq.sdk.transport.Receiver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives for one group: one thread leases messages, as many as {@link Prefetch} allows; a pool handles them; leases
 * of running handlers are renewed until {@code maxHandlerTime}, and what has waited for a handler for a third of its
 * lease is given back. Nothing a handler throws ends it.
 */
final class GroupConsumer implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(GroupConsumer.class);
    private static final Duration WAIT = Duration.ofSeconds(2);
    private static final Duration PAUSE_WHILE_AWAY = Duration.ofSeconds(1);

    private final String name;
    private final Lifecycle lifecycle;
    private final Receiver receiver;
    private final DeliveryHandler handler;
    private final FailureJudge judge;
    private final SubscriptionOptions options;
    private final FailureLog failures;
    private final Prefetch inHand;
    private final ExecutorService handlers;
    private final Thread thread;
    private final Map<Object, RunningDelivery> running = new ConcurrentHashMap<>();
    private final DatabaseOutages database;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch receiverEnded = new CountDownLatch(1);

    GroupConsumer(
            String name,
            Receiver receiver,
            DeliveryHandler handler,
            FailureJudge judge,
            SubscriptionOptions options,
            Lifecycle lifecycle) {
        this.name = name;
        this.lifecycle = lifecycle;
        this.receiver = receiver;
        this.handler = handler;
        this.judge = judge;
        this.options = options;
        this.failures = new FailureLog(name, options);
        this.database = new DatabaseOutages(name, System::nanoTime);
        this.inHand = new Prefetch(options.threads());
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
            Throwable failure = ForeignCode.call(this::receiveOnce).thrown();
            if (failure != null) {
                if (!away) {
                    logReceiveFailure(failure);
                }
                pause(PAUSE_WHILE_AWAY);
            }
            away = failure != null;
        }
        receiverEnded.countDown();
    }

    private void logReceiveFailure(Throwable failure) {
        if (failure instanceof EngineUnavailableException) {
            LOG.warn("group {} cannot receive, and keeps trying: {}", name, FailureText.message(failure));
        } else {
            Background.logFailure("receiving for group " + name + ", which is tried again,", failure);
        }
    }

    /** Returns how many messages have come. */
    private int receiveOnce() {
        int room = 0;
        int received = 0;
        try {
            room = inHand.room();
            for (Delivery delivery : receiver.receive(room, WAIT, options.lease())) {
                room--;
                received++;
                RunningDelivery run = new RunningDelivery(delivery);
                running.put(delivery.handle(), run);
                handlers.execute(() -> begin(run));
            }
        } catch (InterruptedException e) {
            closed.countDown();
        } finally {
            inHand.giveBack(room);
        }
        return received;
    }

    private void begin(RunningDelivery run) {
        if (!run.take()) {
            return;
        }
        long begun = System.nanoTime();
        run.handledHere();
        try {
            lifecycle.inHandler(() -> handle(run.delivery));
        } finally {
            ended(run);
            inHand.handled(System.nanoTime() - begun);
        }
    }

    private void ended(RunningDelivery run) {
        running.remove(run.delivery.handle(), run);
        run.done();
    }

    private void handle(Delivery delivery) {
        ForeignCode.Ended<Settlement> ended = ForeignCode.call(() -> handler.handle(delivery));
        Settlement settlement = ended.value();
        Throwable failure = ended.thrown();
        if (failure != null) {
            settlement = judge.judge(failure, delivery, handler.place(delivery));
            failures.failed(delivery, failure, settlement);
        }
        if (settlement != null) {
            tellDatabase(settlement);
            settle(delivery, settlement);
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
        for (RunningDelivery run : running.values()) {
            if (run.isWaiting()) {
                if (now - run.receivedNanos >= due && run.take()) {
                    giveBack(run, "all handlers of its receiver were busy");
                }
            } else if (now - run.receivedNanos >= options.maxHandlerTime().toNanos()) {
                reportOverdue(run);
            } else if (now - run.renewedNanos >= due) {
                run.renewedNanos = now;
                Background.runLogged("renewing the lease of message " + run.delivery.messageId(), () -> {
                    receiver.extend(run.delivery, options.lease());
                    return run;
                });
            }
        }
    }

    /** Others may be free to handle it. */
    private void giveBack(RunningDelivery run, String why) {
        ended(run);
        inHand.returned();
        settle(run.delivery, new Settlement.Again(why, false, Duration.ZERO));
    }

    private void reportOverdue(RunningDelivery run) {
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

    /**
     * Takes nothing more, gives back what waits, and waits for the handlers that run. They are not interrupted, even
     * after the deadline: H2 closes its file when a thread that works on it is interrupted. If this thread is one of
     * the handlers, the rest of it happens after that handler has ended.
     */
    @Override
    public void close() {
        stopReceiving();
        if (running.values().stream().anyMatch(RunningDelivery::isHandledHere)) {
            new Thread(this::drain, "pledge-closing-" + name).start();
        } else {
            drain();
        }
    }

    void stopReceiving() {
        closed.countDown();
        thread.interrupt();
    }

    private void drain() {
        Duration limit = lifecycle.handlersMayRun();
        long deadline = System.nanoTime() + limit.toNanos();
        try (InterruptAside aside = InterruptAside.begin()) {
            if (!aside.await(receiverEnded, deadline)) {
                LOG.warn("group {}: its receiver does not return, {} after its end was asked for", name, limit);
            }
            for (RunningDelivery run : running.values()) {
                if (run.take()) {
                    giveBack(run, "its receiver was closed");
                }
            }
            handlers.shutdown();
            List<String> left = running.values().stream()
                    .filter(run -> !aside.await(run.settled(), deadline))
                    .map(run -> run.delivery.messageId())
                    .toList();
            if (!left.isEmpty()) {
                LOG.warn(
                        "group {}: handlers still run after {}, and are left alone; messages {} come again if they fail",
                        name,
                        limit,
                        left);
            }
        }
        Background.runLogged("closing the receiver of group " + name, () -> {
            receiver.close();
            return name;
        });
    }
}
