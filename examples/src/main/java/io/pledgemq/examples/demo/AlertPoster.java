package io.pledgemq.examples.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts alerts as JSON to a URL of the user's. It never holds up the run: alerts wait in a queue of limited length,
 * each is tried a few times, and what could not be delivered is logged and counted. An alert is not promised to arrive;
 * the dead letter it speaks of is kept by the engine.
 */
final class AlertPoster implements AutoCloseable {

    static final int MAX_WAITING = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(AlertPoster.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TRIES = 3;
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final int MAX_LOGGED = 5;

    private final URI url;
    private final Duration pause;
    private final Duration lastWait;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final AtomicLong undelivered = new AtomicLong();
    private final ThreadPoolExecutor sender =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), task -> {
                Thread thread = new Thread(task, "alert-poster");
                thread.setDaemon(true);
                return thread;
            });

    /**
     * Makes a poster.
     *
     * @param pause between the first and the second try of one alert; it doubles
     * @param lastWait how long closing waits for alerts that are still to be sent
     */
    AlertPoster(URI url, Duration pause, Duration lastWait) {
        this.url = url;
        this.pause = pause;
        this.lastWait = lastWait;
    }

    /** Takes an alert and returns at once. */
    void post(Map<String, ?> alert) {
        try {
            sender.execute(() -> deliver(alert));
        } catch (RejectedExecutionException e) {
            lost(alert, "more than " + MAX_WAITING + " alerts wait");
        }
    }

    /** Alerts that did not arrive. */
    long undelivered() {
        return undelivered.get();
    }

    private void deliver(Map<String, ?> alert) {
        String why = "";
        try {
            HttpRequest request = HttpRequest.newBuilder(url)
                    .timeout(TIMEOUT)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(JSON.writeValueAsString(alert)))
                    .build();
            for (int i = 0; i < TRIES; i++) {
                if (i > 0) {
                    Thread.sleep(pause.toMillis() << (i - 1));
                }
                why = tried(request);
                if (why.isEmpty()) {
                    return;
                }
            }
        } catch (IOException e) {
            why = "it is not JSON: " + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            why = "the run ended";
        }
        lost(alert, why);
    }

    /** Returns why it failed, or nothing. */
    private String tried(HttpRequest request) throws InterruptedException {
        try {
            int status = http.send(request, BodyHandlers.discarding()).statusCode();
            return status / 100 == 2 ? "" : "HTTP status " + status + ", expected 2xx";
        } catch (IOException e) {
            String kind = e.getClass().getSimpleName();
            return e.getMessage() == null ? kind : kind + ": " + e.getMessage();
        }
    }

    private void lost(Map<String, ?> alert, String why) {
        long before = undelivered.getAndIncrement();
        if (before < MAX_LOGGED) {
            LOG.warn("Alert not delivered to {}: {}. The alert: {}", url, why, alert);
        }
    }

    /** Waits for the alerts that are still to be sent, but not for ever. */
    @Override
    public void close() {
        sender.shutdown();
        try {
            if (!sender.awaitTermination(lastWait.toMillis(), TimeUnit.MILLISECONDS)) {
                undelivered.addAndGet(sender.shutdownNow().size());
                sender.awaitTermination(1, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            undelivered.addAndGet(sender.shutdownNow().size());
            Thread.currentThread().interrupt();
        }
        if (undelivered() > 0) {
            LOG.warn("{} alerts were not delivered to {}; the dead letters are kept", undelivered(), url);
        }
    }
}
