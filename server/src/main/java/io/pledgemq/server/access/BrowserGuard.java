package io.pledgemq.server.access;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Keeps web pages from using this server through the browser of somebody who can reach it.
 *
 * <ul>
 *   <li>The Host must be one of this server's names, else a page whose own name was made to point here (DNS rebinding)
 *       would be taken for ours.
 *   <li>A request that changes something must not come from another site ({@code Origin}, {@code Sec-Fetch-Site}), and
 *       must be {@code application/json}, which a page of another site cannot send unasked.
 *   <li>No browser speaks gRPC, so there anything with a browser's marks is refused.
 * </ul>
 *
 * A function of the request's headers; immutable.
 */
public final class BrowserGuard {

    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> READING_METHODS = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");
    private static final Pattern AUTHORITY =
            Pattern.compile("(?<name>\\[[0-9a-f:.]{2,45}\\]|[a-z0-9._-]{1,253})(:(?<port>[0-9]{1,5}))?");

    private final Set<String> names;
    private final boolean anyName;

    private BrowserGuard(Set<String> names, boolean anyName) {
        this.names = names;
        this.anyName = anyName;
    }

    /** Returns the guard of a server that listens on loopback, under its usual names and the configured ones. */
    public static BrowserGuard onLoopback(Set<String> configuredNames) {
        return new BrowserGuard(
                Stream.concat(LOOPBACK_NAMES.stream(), lowerCase(configuredNames))
                        .collect(Collectors.toUnmodifiableSet()),
                false);
    }

    /** Returns the guard of a server on a network: the configured names and loopback's, or any name if none are. */
    public static BrowserGuard onNetwork(Set<String> configuredNames) {
        return new BrowserGuard(onLoopback(configuredNames).names, configuredNames.isEmpty());
    }

    /**
     * The headers of a request, each with all its values as they came.
     *
     * @param method HTTP method
     * @param secure whether it came by TLS
     * @param host {@code Host}, or {@code :authority} in HTTP/2
     * @param origin {@code Origin}
     * @param site {@code Sec-Fetch-Site}
     * @param contentType {@code Content-Type}
     */
    public record Request(
            String method,
            boolean secure,
            List<String> host,
            List<String> origin,
            List<String> site,
            List<String> contentType) {

        /** Copies the lists. */
        public Request {
            host = List.copyOf(host);
            origin = List.copyOf(origin);
            site = List.copyOf(site);
            contentType = List.copyOf(contentType);
        }
    }

    /** Returns why a request to the administration or console is refused and what to do; empty if it is not. */
    public Optional<String> refuses(Request request) {
        if (!ownHost(request)) {
            return Optional.of("the Host header is not one name of this server; use localhost or 127.0.0.1, or add the"
                    + " name to the configured host names");
        }
        if (READING_METHODS.contains(request.method())) {
            return Optional.empty();
        }
        if (!sameSite(request)) {
            return Optional.of(
                    "the request comes from a page of another site; use this server's own console, the command"
                            + " line or a program");
        }
        if (!json(request.contentType())) {
            return Optional.of("a request that changes something needs Content-Type: application/json");
        }
        return Optional.empty();
    }

    /** Returns why a gRPC request is refused and what to do; empty if it is not. Clients' authorities are not names. */
    public static Optional<String> refusesRpc(Request request) {
        boolean browser = !request.origin().isEmpty() || !request.site().isEmpty();
        return browser
                ? Optional.of("the request comes from a browser, which no RocketMQ client is; use the console")
                : Optional.empty();
    }

    private boolean ownHost(Request request) {
        if (request.host().size() != 1) {
            return false;
        }
        Matcher host = AUTHORITY.matcher(request.host().get(0).toLowerCase(Locale.ROOT));
        return host.matches() && (anyName || names.contains(host.group("name")));
    }

    private static boolean sameSite(Request request) {
        if (request.origin().size() > 1 || !OWN_SITE.containsAll(request.site())) {
            return false;
        }
        String own =
                (request.secure() ? "https://" : "http://") + request.host().get(0);
        return request.origin().isEmpty() || request.origin().get(0).equalsIgnoreCase(own);
    }

    private static boolean json(List<String> contentType) {
        if (contentType.size() != 1) {
            return false;
        }
        String type = contentType.get(0).toLowerCase(Locale.ROOT).replace(" ", "");
        return type.equals("application/json") || type.equals("application/json;charset=utf-8");
    }

    private static Stream<String> lowerCase(Set<String> names) {
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT));
    }
}
