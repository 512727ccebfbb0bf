package io.pledgemq.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AlertPosterTest {

    private static final Duration LAST_WAIT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(1);

    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private final HttpServer server;
    private final URI url;
    private final AtomicInteger failures = new AtomicInteger();

    AlertPosterTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/alerts", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(failures.getAndDecrement() > 0 ? 500 : 204, -1);
            exchange.close();
        });
        server.start();
        url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/alerts");
    }

    @AfterEach
    void stop() {
        released.countDown();
        server.stop(0);
    }

    @Test
    void anAlertArrivesAsJson() {
        AlertPoster poster = new AlertPoster(url, PAUSE, LAST_WAIT);
        poster.post(Map.of("order", "ORD-1"));
        poster.close();

        assertThat(bodies).containsExactly("{\"order\":\"ORD-1\"}");
        assertThat(poster.undelivered()).isZero();
    }

    @Test
    void aFailingReceiverIsTriedThreeTimes() {
        failures.set(2);
        AlertPoster poster = new AlertPoster(url, PAUSE, LAST_WAIT);
        poster.post(Map.of("order", "ORD-1"));
        poster.close();

        assertThat(bodies).hasSize(3);
        assertThat(poster.undelivered()).isZero();
    }

    @Test
    void whatNobodyTakesIsCountedAndTheRunGoesOn() {
        server.stop(0);
        AlertPoster poster = new AlertPoster(url, PAUSE, LAST_WAIT);
        poster.post(Map.of("order", "ORD-1"));
        poster.close();

        assertThat(poster.undelivered()).isEqualTo(1);
    }

    @Test
    void aReceiverThatHangsDoesNotHoldUpWhoPosts() {
        server.removeContext("/alerts");
        server.createContext("/alerts", exchange -> {
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        AlertPoster poster = new AlertPoster(url, PAUSE, Duration.ofMillis(1));
        for (int i = 0; i < AlertPoster.MAX_WAITING + 50; i++) {
            poster.post(Map.of("order", "ORD-" + i));
        }
        poster.close();

        assertThat(poster.undelivered()).isEqualTo(AlertPoster.MAX_WAITING + 50);
    }
}
