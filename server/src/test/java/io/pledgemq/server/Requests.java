package io.pledgemq.server;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;

/**
 * The HTTP requests of the tests. A server that hangs fails the test at the request, rather than at the limit of the
 * test.
 */
public final class Requests {
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private Requests() {}

    /** A request that fails if no answer has begun after 30 s. */
    public static HttpRequest.Builder to(URI uri) {
        return HttpRequest.newBuilder(uri).timeout(ANSWER);
    }

    /** The same for an address as text. */
    public static HttpRequest.Builder to(String uri) {
        return to(URI.create(uri));
    }
}
