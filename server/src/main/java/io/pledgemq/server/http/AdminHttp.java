package io.pledgemq.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.pledgemq.server.access.BrowserGuard;
import io.pledgemq.server.access.CallProof;
import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.http.AdminApi.Admission;
import io.pledgemq.server.net.HostPort;
import io.pledgemq.server.net.Pause;
import io.pledgemq.server.net.Routes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Serves {@link AdminApi} by Armeria. */
public final class AdminHttp implements HttpService {
    private static final Duration LONGEST_CALL = Duration.ofSeconds(60);

    private static final int MOST_DISCARDED_BYTES = 8 << 20;

    /** For people who open the printed address. */
    private static final String ROOT_PAGE =
            "PledgeMQ's administration. The HTTP API is below " + AdminApi.PREFIX + ", described by " + AdminApi.PREFIX
                    + "/openapi.json; ./pledgemq --help lists the commands that use it.\n";

    private static final AdminAnswer TOO_LARGE = AdminAnswer.of(new AdminProblem(
            AdminProblem.TOO_LARGE,
            new AdminProblem.Told(
                    "BODY_TOO_LARGE",
                    "Nothing was done.",
                    "the request's body is larger than this call takes.",
                    "send less; the largest message is limits.body.")));

    private final AdminApi api;

    private AdminHttp(AdminApi api) {
        this.api = api;
    }

    /** Returns what adds the administration to a listener. */
    public static Routes routes(AdminParts parts) {
        ServerConfig config = parts.config();
        AdminApi api = new AdminApi(
                AdminRoutes.of(parts),
                parts.access(),
                guard(config),
                parts.audit(),
                config.limits().body().intBytes());
        return listener -> listener.service(
                        "exact:" + AdminApi.CHALLENGE_PATH,
                        (ctx, req) -> discard(ctx, req, api.challenge(request(ctx, req.headers())), Duration.ZERO))
                .serviceUnder(AdminApi.PREFIX, new AdminHttp(api))
                .route()
                .get("/")
                .build((ctx, req) -> HttpResponse.of(HttpStatus.OK, MediaType.PLAIN_TEXT_UTF_8, ROOT_PAGE));
    }

    private static BrowserGuard guard(ServerConfig config) {
        Set<String> names = names(config);
        return address(config).isLoopbackAddress() ? BrowserGuard.onLoopback(names) : BrowserGuard.onNetwork(names);
    }

    private static String host(ServerConfig config) {
        return config.admin().port().isPresent()
                ? config.admin().host()
                : config.listen().host();
    }

    private static InetAddress address(ServerConfig config) {
        try {
            return InetAddress.getByName(host(config));
        } catch (UnknownHostException e) {
            // It could not be bound either, and the start fails with that reason.
            return InetAddress.getLoopbackAddress();
        }
    }

    /** What the administration's address is called in a browser: the configured names, and where it listens. */
    public static Set<String> names(ServerConfig config) {
        Set<String> names = new HashSet<>(config.access().hosts());
        if (!address(config).isAnyLocalAddress()) {
            names.add(HostPort.inUrl(host(config)));
        }
        return names;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest req) {
        ctx.setRequestTimeout(LONGEST_CALL);
        AdminRequest request = request(ctx, req.headers());
        Admission admission = api.admit(request);
        if (!(admission instanceof Admission.Admitted admitted)) {
            Admission.Refused refused = (Admission.Refused) admission;
            return discard(ctx, req, refused.answer(), refused.pause());
        }
        if (req.headers().contentLength() > admitted.maxBody()) {
            return discard(ctx, req, TOO_LARGE, Duration.ZERO);
        }
        // For bodies that do not tell their length; who sends too much there is cut off in Armeria's words.
        ctx.setMaxRequestLength(admitted.maxBody());
        return HttpResponse.of(req.aggregate()
                .handleAsync(
                        (whole, failed) -> write(
                                failed == null
                                        ? api.answer(admitted, whole.content().array())
                                        : unread()),
                        ctx.blockingTaskExecutor()));
    }

    /** Answers once the body has run past, unkept: who still sends when the answer comes sees a broken connection. */
    private static HttpResponse discard(
            ServiceRequestContext ctx, HttpRequest req, AdminAnswer answer, Duration pause) {
        ctx.setMaxRequestLength(MOST_DISCARDED_BYTES);
        CompletableFuture<HttpResponse> read = req.subscribe().handle((done, failed) -> write(answer));
        return HttpResponse.of(pause.isZero() ? read : read.thenCompose(written -> Pause.before(ctx, pause, written)));
    }

    private static AdminRequest request(ServiceRequestContext ctx, RequestHeaders headers) {
        String path = ctx.path().substring(Math.min(ctx.path().length(), AdminApi.PREFIX.length()));
        String query = ctx.query();
        var browser = new BrowserGuard.Request(
                headers.method().name(),
                ctx.sessionProtocol().isTls(),
                hosts(headers),
                headers.getAll(HttpHeaderNames.ORIGIN),
                headers.getAll("sec-fetch-site"),
                headers.getAll(HttpHeaderNames.CONTENT_TYPE));
        List<String> authorization = headers.getAll(HttpHeaderNames.AUTHORIZATION);
        return new AdminRequest(
                path,
                query == null ? "" : query,
                browser,
                authorization,
                ctx.remoteAddress().getAddress(),
                new CallProof.Call(
                        "",
                        CallProof.address(ctx.localAddress()),
                        headers.method().name(),
                        headers.path()));
    }

    /** After an upgrade to HTTP/2 the same host stands in both places, or only in the old one. */
    private static List<String> hosts(RequestHeaders headers) {
        return Stream.concat(
                        headers.getAll(HttpHeaderNames.AUTHORITY).stream(),
                        headers.getAll(HttpHeaderNames.HOST).stream())
                .distinct()
                .toList();
    }

    private static AdminAnswer unread() {
        return AdminAnswer.of(AdminProblem.illegal("the request's body did not come whole.", "send it again."));
    }

    private static HttpResponse write(AdminAnswer answer) {
        try {
            byte[] json = Json.MAPPER.writeValueAsBytes(answer.body());
            ResponseHeadersBuilder headers = ResponseHeaders.builder(HttpStatus.valueOf(answer.status()))
                    .contentType(MediaType.JSON_UTF_8)
                    .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                    .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
                    .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
            if (answer.status() == AdminProblem.UNAUTHORIZED) {
                headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Basic realm=\"PledgeMQ\", charset=\"UTF-8\"");
            }
            return HttpResponse.of(headers.build(), HttpData.wrap(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "an answer that is no JSON: " + answer.body().getClass(), e);
        }
    }
}
