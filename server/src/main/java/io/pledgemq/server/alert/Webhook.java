package io.pledgemq.server.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts alerts as JSON to a URL, one after another: {@code at, server, kind, subject, text}. A bounded queue holds
 * those that wait; each is tried a few times, and one that does not arrive is counted and logged. The engine keeps what
 * the alert is about.
 */
final class Webhook implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
    private static final int MAX_WAITING = 1_000;
    private static final int TRIES = 3;
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LAST_WAIT = Duration.ofSeconds(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI url;
    private final String server;
    private volatile @Nullable String trouble;
    private final AtomicLong undelivered = new AtomicLong();
    private @Nullable HttpClient http;
    private final ThreadPoolExecutor sender =
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), task -> {
                Thread thread = new Thread(task, "pledgemq-webhook");
                thread.setDaemon(true);
                return thread;
            });

    /** @param server how the server is called that posts */
    Webhook(URI url, String server) {
        this.url = url;
        this.server = server;
    }

    /** What is posted. */
    record Told(String kind, String subject, String text) {}

    /** Takes an alert and returns at once. */
    void post(Told alert) {
        Instant at = Instant.now();
        try {
            sender.execute(() -> deliver(alert, at));
        } catch (RejectedExecutionException e) {
            lost(alert, "more than " + MAX_WAITING + " alerts wait");
        }
    }

    long undelivered() {
        return undelivered.get();
    }

    /** Why the last one did not arrive; empty if it did. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    private void deliver(Told alert, Instant at) {
        String why = "";
        try {
            HttpRequest request = HttpRequest.newBuilder(url)
                    .timeout(TIMEOUT)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(json(alert, at)))
                    .build();
            for (int i = 0; i < TRIES; i++) {
                if (i > 0) {
                    Thread.sleep(FIRST_PAUSE.toMillis() << (i - 1));
                }
                why = tried(request);
                if (why.isEmpty()) {
                    trouble = null;
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            why = "the server ended";
        } catch (JsonProcessingException e) {
            why = "it is not JSON: " + e.getOriginalMessage();
        }
        lost(alert, why);
    }

    private String json(Told alert, Instant at) throws JsonProcessingException {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("at", at.toString());
        fields.put("server", server);
        fields.put("kind", alert.kind());
        fields.put("subject", alert.subject());
        fields.put("text", alert.text());
        return JSON.writeValueAsString(fields);
    }

    /** Returns why it failed, or nothing. */
    private String tried(HttpRequest request) throws InterruptedException {
        HttpClient client = http;
        if (client == null) {
            // Not before the first alert: it takes a while and threads of its own.
            client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
            http = client;
        }
        try {
            int status = client.send(request, BodyHandlers.discarding()).statusCode();
            return status / 100 == 2 ? "" : "HTTP status " + status + ", expected 2xx";
        } catch (IOException e) {
            return e.getClass().getSimpleName() + ": " + e.getMessage();
        }
    }

    /** Without the URL, which may hold a token. */
    private void lost(Told alert, String why) {
        undelivered.incrementAndGet();
        trouble = why;
        LOG.warn("alert not delivered to alerts.webhook: {}. It was {} {}", why, alert.kind(), alert.subject());
    }

    /** Waits a moment for the alerts that are still to be sent. */
    @Override
    public void close() {
        sender.shutdown();
        try {
            if (!sender.awaitTermination(LAST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                int waiting = sender.shutdownNow().size();
                undelivered.addAndGet(waiting);
                LOG.warn("{} alerts were not delivered to alerts.webhook before the server ended", waiting);
            }
        } catch (InterruptedException e) {
            undelivered.addAndGet(sender.shutdownNow().size());
            Thread.currentThread().interrupt();
        }
    }
}
