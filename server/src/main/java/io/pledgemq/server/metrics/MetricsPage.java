package io.pledgemq.server.metrics;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.pledgemq.server.access.Access;
import io.pledgemq.server.access.Action;
import io.pledgemq.server.access.Authentication;
import io.pledgemq.server.access.BrowserGuard;
import io.pledgemq.server.access.Principal;
import io.pledgemq.server.access.Resource;
import io.pledgemq.server.audit.AuditEntry;
import io.pledgemq.server.audit.AuditEntry.Detail;
import io.pledgemq.server.audit.AuditEntry.Result;
import io.pledgemq.server.audit.AuditLog;
import io.pledgemq.server.net.Pause;
import io.pledgemq.server.net.Routes;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * {@code /metrics}. Figures name topics and groups, so strangers do not get them: callers on this machine over loopback
 * get them without credential, unless a web page is behind it (Host check); anybody else needs the permission
 * {@code admin-read} on the server, by HTTP Basic.
 */
public final class MetricsPage implements Routes {
    private static final String PATH = "/metrics";
    private static final MediaType TEXT = MediaType.parse("text/plain; version=0.0.4; charset=utf-8");

    private final Metrics metrics;
    private final Access access;
    private final AuditLog audit;
    private final BrowserGuard loopback;

    /** @param hosts names of this server, those that it prints included */
    public MetricsPage(Metrics metrics, Access access, AuditLog audit, Set<String> hosts) {
        this.metrics = metrics;
        this.access = access;
        this.audit = audit;
        this.loopback = BrowserGuard.onLoopback(hosts);
    }

    @Override
    public void addTo(ServerBuilder listener) {
        listener.service("exact:" + PATH, this::serve);
    }

    private HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        InetAddress remote = context.remoteAddress().getAddress();
        List<String> credentials = request.headers().getAll(HttpHeaderNames.AUTHORIZATION);
        if (credentials.isEmpty() && remote.isLoopbackAddress()) {
            Optional<String> foreign = loopback.refuses(new BrowserGuard.Request(
                    "GET",
                    context.sessionProtocol().isTls(),
                    hosts(request.headers()),
                    List.of(),
                    List.of(),
                    List.of()));
            if (foreign.isEmpty()) {
                return page(context);
            }
            audit.refusedStranger(refused("(browser)", remote, foreign.get()));
            return refusal(HttpStatus.FORBIDDEN, foreign.get());
        }
        Authentication proof = access.authenticateAdministrator(credentials, remote);
        if (proof instanceof Authentication.Refused refused) {
            audit.refusedStranger(refused(refused.claimed(), remote, refused.message()));
            HttpResponse answer = refusal(HttpStatus.UNAUTHORIZED, refused.message());
            return refused.pause().isZero() ? answer : HttpResponse.of(Pause.before(context, refused.pause(), answer));
        }
        Principal principal = ((Authentication.Accepted) proof).principal();
        if (!access.allowed(principal, Action.ADMIN_READ, Resource.SERVER)) {
            String why = "the permission admin-read is needed; an administrator can grant it";
            audit.refusedUser(refused(principal.toString(), remote, why));
            return refusal(HttpStatus.FORBIDDEN, why);
        }
        return page(context);
    }

    private static AuditEntry refused(String who, InetAddress remote, String why) {
        return new AuditEntry(who, remote, "metrics", PATH, Result.REFUSED, Detail.because(why));
    }

    /** After an upgrade to HTTP/2 the same host stands in both places, or only in the old one. */
    private static List<String> hosts(RequestHeaders headers) {
        return Stream.concat(
                        headers.getAll(HttpHeaderNames.AUTHORITY).stream(),
                        headers.getAll(HttpHeaderNames.HOST).stream())
                .distinct()
                .toList();
    }

    /** Not on the event loop: it waits for the engine. */
    private HttpResponse page(ServiceRequestContext context) {
        return HttpResponse.of(CompletableFuture.supplyAsync(
                () -> HttpResponse.of(
                        ResponseHeaders.builder(HttpStatus.OK)
                                .contentType(TEXT)
                                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                                .build(),
                        HttpData.ofUtf8(metrics.scrape())),
                context.blockingTaskExecutor()));
    }

    private static HttpResponse refusal(HttpStatus status, String why) {
        ResponseHeaders headers = ResponseHeaders.builder(status)
                .contentType(MediaType.PLAIN_TEXT_UTF_8)
                .set(HttpHeaderNames.WWW_AUTHENTICATE, "Basic realm=\"PledgeMQ\"")
                .build();
        return HttpResponse.of(headers, HttpData.ofUtf8(why + "\n"));
    }
}
