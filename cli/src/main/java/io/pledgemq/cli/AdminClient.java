package io.pledgemq.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pledgemq.server.access.AdminCredential;
import io.pledgemq.server.access.CallProof;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/**
 * Calls a server's administration. A secret goes through TLS only, to a certificate that is trusted; without TLS, on
 * this machine, both sides prove theirs and none is sent ({@link CallProof}).
 */
final class AdminClient {
    private static final String PREFIX = "/admin/v1";
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration LONGEST_CALL = Duration.ofSeconds(70);
    /** Less than a ticket is good for. */
    private static final long TICKET_NANOS = Duration.ofSeconds(20).toNanos();

    private static final int NONCE_BYTES = 32;
    private static final int STARTING = 503;

    private final URI endpoint;
    /** Where a secret may not be sent, and so the one address that must prove itself; null with TLS. */
    private final @Nullable InetSocketAddress plain;

    private final Caller caller;
    private final @Nullable Path certificate;
    private final Consumer<String> talk;
    private final HttpClient http;
    private @Nullable String ticket;
    private long ticketNanos;
    private boolean toldTarget;

    private AdminClient(Choice choice, URI endpoint, boolean tls, Caller caller, SSLContext context)
            throws CommandFailure {
        this.endpoint = endpoint;
        this.plain = tls ? null : new InetSocketAddress(address(endpoint), CommandTarget.port(endpoint));
        this.caller = caller;
        this.certificate = choice.tls.certificate();
        this.talk = choice.talk;
        // With HTTP/2, JDK 17's client sometimes never reads the alert of a server that refuses its certificate, and
        // hangs.
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .sslContext(context)
                .build();
    }

    /**
     * What the user chose; null where he chose nothing.
     *
     * @param talk gets the target of each change
     */
    record Choice(
            CommandTarget target,
            @Nullable String user,
            @Nullable Path secretFile,
            ClientTls tls,
            Consumer<String> talk) {}

    static AdminClient of(Choice choice) throws CommandFailure {
        URI endpoint = choice.target.endpoint();
        boolean tls = "https".equals(endpoint.getScheme());
        boolean local = address(endpoint).isLoopbackAddress();
        if (!tls && !local) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "Cannot call " + endpoint + ".",
                    "everything would go over the network for everybody to read.",
                    "use https, and --ca FILE if the server's certificate is its own.");
        }
        Caller caller = Caller.of(choice.target, choice.user, choice.secretFile, local);
        Optional<Path> own = tls && local && caller.data() != null ? choice.target.file("tls.pem") : Optional.empty();
        return new AdminClient(choice, endpoint, tls, caller, choice.tls.context(own));
    }

    private static InetAddress address(URI endpoint) throws CommandFailure {
        try {
            return InetAddress.getByName(endpoint.getHost());
        } catch (UnknownHostException e) {
            throw new CommandFailure(
                    ExitCode.SOFTWARE,
                    "Cannot call " + endpoint + ".",
                    "the host's name is not known.",
                    "correct --endpoint or " + CommandTarget.ENDPOINT_VARIABLE + ".");
        }
    }

    /** The server for a person, with the data directory if it must be that one's. */
    String target() {
        return "server " + endpoint + (caller.data() == null ? "" : ", data directory " + caller.data());
    }

    /** A name or id as part of a path. */
    static String part(String text) {
        return encoded(text).replace("+", "%20");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    JsonNode get(String path, Map<String, Object> query) throws CommandFailure {
        return call("GET", path, query, Json.object());
    }

    JsonNode send(String method, String path, Map<String, Object> values) throws CommandFailure {
        ObjectNode body = Json.object();
        putAll(body, values);
        return call(method, path, Map.of(), body);
    }

    static void putAll(ObjectNode body, Map<String, Object> values) {
        values.forEach((name, value) -> body.set(name, Json.of(value)));
    }

    /** Returns the answer, or fails with what the server told. */
    JsonNode call(String method, String path, Map<String, Object> query, ObjectNode body) throws CommandFailure {
        String parameters = query.entrySet().stream()
                .map(entry ->
                        encoded(entry.getKey()) + "=" + encoded(entry.getValue().toString()))
                .collect(Collectors.joining("&"));
        String target = PREFIX + path + (parameters.isEmpty() ? "" : "?" + parameters);
        if (!method.equals("GET") && !toldTarget) {
            toldTarget = true;
            talk.accept(target());
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(target))
                .timeout(LONGEST_CALL)
                .header("authorization", authorization(method, target))
                .header("content-type", "application/json");
        request.method(
                method,
                method.equals("GET")
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body.toString()));
        return read(sent(request.build()));
    }

    private URI uri(String target) {
        return URI.create(
                plain == null
                        ? origin(endpoint.getScheme(), endpoint.getRawAuthority()) + target
                        : http(plain) + target);
    }

    private static String origin(String scheme, String authority) {
        return scheme + "://" + authority;
    }

    /** By its address: a name might lead elsewhere the next time. */
    private static String http(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return origin("http", (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort());
    }

    private String authorization(String method, String target) throws CommandFailure {
        InetSocketAddress address = plain;
        if (address == null) {
            return caller.basic();
        }
        String reached = CallProof.address(address);
        String good = ticket;
        if (good == null || System.nanoTime() - ticketNanos > TICKET_NANOS) {
            good = proved(reached);
            ticket = good;
            ticketNanos = System.nanoTime();
        }
        return CallProof.authorization(caller.user(), caller.key(), new CallProof.Call(good, reached, method, target));
    }

    /** Has the server prove itself, and returns its ticket. */
    private String proved(String reached) throws CommandFailure {
        byte[] random = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(random);
        String nonce = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        HttpResponse<String> answer = sent(HttpRequest.newBuilder(uri(PREFIX + "/challenge?nonce=" + nonce))
                .timeout(LONGEST_CALL)
                .build());
        JsonNode told = Json.object();
        try {
            told = Json.read(answer.body());
        } catch (JacksonException e) {
            if (answer.statusCode() == STARTING) {
                throw notUnderstood(answer);
            }
        }
        String given = told.path("ticket").asText();
        String address = told.path("address").asText();
        if (answer.statusCode() != 200 || given.isEmpty()) {
            throw unproved("it answered the challenge with status " + answer.statusCode()
                    + ", as another program or an older version does.");
        }
        if (!address.equals(reached)) {
            throw unproved("it was called at " + address + ", not at " + reached
                    + ": something between passes the connection on.");
        }
        byte[] key = caller.serverKey();
        if (key != null
                && !CallProof.same(
                        CallProof.serverProof(key, nonce, given, reached),
                        told.path("proof").asText())) {
            throw unproved("it does not have that directory's " + AdminCredential.FILE_NAME
                    + ": another server or program listens there.");
        }
        return given;
    }

    private CommandFailure unproved(String why) {
        return new CommandFailure(
                ExitCode.SOFTWARE,
                "What listens at " + endpoint + " is not proved to be the server"
                        + (caller.data() == null ? "." : " of " + caller.data() + "."),
                why + " No secret was sent, and nothing was done.",
                "name the right server with --data or --endpoint. Through a tunnel or to a container use https, with --ca"
                        + " FILE for the server's certificate.");
    }

    private HttpResponse<String> sent(HttpRequest request) throws CommandFailure {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (SSLException e) {
            throw new CommandFailure(
                    ExitCode.SOFTWARE,
                    "Cannot call the server at " + endpoint + ".",
                    "there is no TLS connection that can be trusted: " + CommandFailure.why(e) + ".",
                    asksForCertificate(e)
                            ? otherCertificate()
                            : "name the certificates to trust with --ca FILE; a server that made its own has it in tls.pem in its"
                                    + " data directory. On the server's machine http does if the server takes it.");
        } catch (ConnectException e) {
            throw new CommandFailure(
                    ExitCode.SOFTWARE,
                    "Cannot call the server at " + endpoint + ".",
                    "nothing listens there, or nothing can be reached there.",
                    "start it with ./pledgemq server, or name another one with --data or --endpoint.");
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.SOFTWARE,
                    "Cannot call the server at " + endpoint + ".",
                    CommandFailure.why(e),
                    "see whether it runs there: ./pledgemq server"
                            // What a refused certificate looks like if the end comes before the reason.
                            + (endpoint.getScheme().equals("https")
                                    ? "; if it does, " + otherCertificate()
                                    : "; one that takes TLS only wants https, and --ca FILE for a certificate of its own."));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.SOFTWARE, "Interrupted; it is not known whether it was done.");
        }
    }

    private static boolean asksForCertificate(SSLException e) {
        String why = CommandFailure.why(e);
        return Stream.of(
                        "certificate_required",
                        "bad_certificate",
                        "certificate_unknown",
                        "certificate_expired",
                        "unknown_ca")
                .anyMatch(alert -> why.contains("alert: " + alert));
    }

    private String otherCertificate() {
        return certificate == null
                ? "it may ask for a client's certificate: show one with --cert FILE --cert-key FILE."
                : "it may not trust " + certificate + ": show one of an authority in its tls.client-ca-file.";
    }

    private JsonNode read(HttpResponse<String> answer) throws CommandFailure {
        JsonNode json;
        try {
            json = Json.read(answer.body());
        } catch (JacksonException e) {
            throw notUnderstood(answer);
        }
        if (answer.statusCode() == 200) {
            return json;
        }
        throw new CommandFailure(
                exitCode(answer.statusCode()),
                json.path("what").asText() + " (" + json.path("code").asText() + ")",
                json.path("why").asText(),
                json.path("next").asText());
    }

    private CommandFailure notUnderstood(HttpResponse<String> answer) {
        return new CommandFailure(
                answer.statusCode() == STARTING ? Main.UNHEALTHY : ExitCode.SOFTWARE,
                "Cannot understand the answer of " + endpoint + ".",
                "it answered with status " + answer.statusCode() + " and no JSON.",
                "see whether it is a PledgeMQ server and has started: ./pledgemq server status");
    }

    private static int exitCode(int status) {
        return switch (status) {
            case 400, 405, 413 -> ExitCode.USAGE;
            case 404 -> Main.NOT_FOUND;
            case 401, 403, 409, 429 -> Main.REFUSED;
            case 503, 507 -> Main.UNHEALTHY;
            default -> ExitCode.SOFTWARE;
        };
    }
}
