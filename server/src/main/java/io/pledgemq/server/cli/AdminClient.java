package io.pledgemq.server.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pledgemq.server.access.AccessFileException;
import io.pledgemq.server.access.AdminCredential;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/** Calls a server's administration. Secrets come from files, and go only to this machine or through TLS. */
final class AdminClient {
    static final String ENDPOINT_VARIABLE = "PLEDGEMQ_ENDPOINT";

    private static final String PREFIX = "/admin/v1";
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration LONGEST_CALL = Duration.ofSeconds(70);
    private static final Path USUAL_DATA = Path.of("pledgemq-data");

    private final URI endpoint;
    private final String authorization;
    private final @Nullable Path certificate;
    private final HttpClient http;

    private AdminClient(URI endpoint, String authorization, @Nullable Path certificate, HttpClient http) {
        this.endpoint = endpoint;
        this.authorization = authorization;
        this.certificate = certificate;
        this.http = http;
    }

    /** What the user chose; null where he chose nothing. */
    record Choice(
            @Nullable String endpoint,
            @Nullable String user,
            @Nullable Path secretFile,
            ClientTls tls,
            @Nullable Path data) {}

    static AdminClient of(Choice choice) throws CommandFailure {
        URI endpoint = endpoint(choice);
        boolean tls = "https".equals(endpoint.getScheme());
        if (endpoint.getHost() == null || (!tls && !"http".equals(endpoint.getScheme()))) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "Cannot call " + endpoint + ".",
                    "it is no URL of a server.",
                    "give one such as " + AdminCommand.DEFAULT_ENDPOINT + " with --endpoint.");
        }
        boolean local = isLocal(endpoint);
        if (!tls && !local) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "Cannot call " + endpoint + ".",
                    "the credential would go over the network for everybody to read.",
                    "use https, and --ca FILE if the server's certificate is its own.");
        }
        HttpClient.Builder http = HttpClient.newBuilder().connectTimeout(CONNECT);
        choice.tls.context().ifPresent(http::sslContext);
        return new AdminClient(endpoint, authorization(choice, local), choice.tls.certificate(), http.build());
    }

    private static URI endpoint(Choice choice) throws CommandFailure {
        String configured = System.getenv(ENDPOINT_VARIABLE);
        String source = choice.endpoint == null ? ENDPOINT_VARIABLE : "--endpoint";
        String text = choice.endpoint != null
                ? choice.endpoint
                : configured != null ? configured : AdminCommand.DEFAULT_ENDPOINT;
        try {
            // What messaging clients are given is host:port; the same is taken here.
            return URI.create(text.contains("://") ? text : "http://" + text);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "Cannot call " + text + ".",
                    "it is no URL of a server.",
                    "give one such as " + AdminCommand.DEFAULT_ENDPOINT + " with " + source + ".");
        }
    }

    private static boolean isLocal(URI endpoint) throws CommandFailure {
        try {
            return InetAddress.getByName(endpoint.getHost()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new CommandFailure(
                    ExitCode.SOFTWARE,
                    "Cannot call " + endpoint + ".",
                    "the host's name is not known.",
                    "correct --endpoint or " + ENDPOINT_VARIABLE + ".");
        }
    }

    private static String authorization(Choice choice, boolean local) throws CommandFailure {
        String user = choice.user == null ? System.getenv("PLEDGEMQ_USER") : choice.user;
        String configuredFile = System.getenv("PLEDGEMQ_SECRET_FILE");
        Path secretFile =
                choice.secretFile == null && configuredFile != null ? Path.of(configuredFile) : choice.secretFile;
        if (user != null && secretFile != null) {
            return basic(user, secretFile);
        }
        if (user != null || secretFile != null) {
            throw noCredential("one of user and secret is given without the other");
        }
        if (!local) {
            throw noCredential("a server on another machine needs one, and admin.credential never leaves this one");
        }
        Path file = (choice.data == null ? USUAL_DATA : choice.data).resolve(AdminCredential.FILE_NAME);
        if (!Files.exists(file)) {
            throw noCredential("there is no " + file);
        }
        try {
            return AdminCredential.read(file).authorizationHeader();
        } catch (AccessFileException e) {
            throw new CommandFailure(ExitCode.SOFTWARE, String.valueOf(e.getMessage()));
        }
    }

    private static CommandFailure noCredential(String why) {
        return new CommandFailure(
                ExitCode.USAGE,
                "There is no credential to call the server with.",
                why + ".",
                "give the server's data directory with --data, or --user NAME and --secret-file FILE.");
    }

    private static String basic(String user, Path file) throws CommandFailure {
        try {
            String secret = Files.readString(file).strip();
            byte[] both = (user + ":" + secret).getBytes(StandardCharsets.UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(both);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.SOFTWARE,
                    "Cannot read the secret.",
                    CommandFailure.why(e),
                    "give a file with --secret-file that holds nothing else.");
        }
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
        URI uri = URI.create(endpoint.getScheme() + "://" + endpoint.getRawAuthority() + PREFIX + path
                + (parameters.isEmpty() ? "" : "?" + parameters));
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(LONGEST_CALL)
                .header("authorization", authorization)
                .header("content-type", "application/json");
        request.method(
                method,
                method.equals("GET")
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body.toString()));
        try {
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return read(answer);
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
                    "start it with ./pledgemq server, or name another one with --endpoint.");
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
            throw new CommandFailure(
                    answer.statusCode() == 503 ? Main.UNHEALTHY : ExitCode.SOFTWARE,
                    "Cannot understand the answer of " + endpoint + ".",
                    "it answered with status " + answer.statusCode() + " and no JSON.",
                    "see whether it is a PledgeMQ server and has started: ./pledgemq server status");
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
