package io.pledgemq.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.server.access.BrowserGuard.Request;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrowserGuardTest {

    private static final BrowserGuard GUARD = BrowserGuard.onLoopback(Set.of("Desk.example"));
    private static final List<String> JSON = List.of("application/json");

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "localhost:8081", "LOCALHOST:8081", "127.0.0.1:8081", "[::1]:8081", "desk.example"})
    void ownNamesAreServed(String host) {
        assertThat(GUARD.refuses(get(host))).isEmpty();
        assertThat(GUARD.refuses(post(host, List.of(), List.of(), JSON))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8081",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "127.0.0.2",
                "0.0.0.0:8081",
                "localhost:8081@evil.example",
                "evil.example/localhost",
                "[::2]",
                "::1",
                "localhost:",
                "localhost:999999",
                "",
                " localhost",
                "localhost."
            })
    void otherHostsAreRefusedEvenForReading(String host) {
        assertThat(GUARD.refuses(get(host))).isPresent();
    }

    @Test
    void noHostOrTwoAreRefused() {
        assertThat(GUARD.refuses(request("GET", List.of(), List.of(), List.of(), List.of())))
                .isPresent();
        assertThat(GUARD.refuses(request("GET", List.of("localhost", "localhost"), List.of(), List.of(), List.of())))
                .isPresent();
    }

    @Test
    void onANetworkConfiguredNamesCountOrAnyIfThereAreNone() {
        assertThat(BrowserGuard.onNetwork(Set.of()).refuses(get("mq.example:8081")))
                .isEmpty();
        assertThat(BrowserGuard.onNetwork(Set.of()).refuses(get("mq example"))).isPresent();
        assertThat(BrowserGuard.onNetwork(Set.of("mq.example")).refuses(get("mq.example:8081")))
                .isEmpty();
        assertThat(BrowserGuard.onNetwork(Set.of("mq.example")).refuses(get("evil.example")))
                .isPresent();
    }

    @Test
    void changesOfTheOwnConsoleAndOfProgramsAreServed() {
        String host = "localhost:8081";
        List<String> own = List.of("http://localhost:8081");

        assertThat(GUARD.refuses(post(host, own, List.of("same-origin"), JSON))).isEmpty();
        assertThat(GUARD.refuses(post(host, own, List.of(), JSON))).isEmpty();
        assertThat(GUARD.refuses(post(host, List.of(), List.of("none"), JSON))).isEmpty();
        assertThat(GUARD.refuses(post(host, List.of(), List.of(), List.of("Application/JSON; charset=UTF-8"))))
                .isEmpty();
        assertThat(GUARD.refuses(
                        new Request("POST", true, List.of(host), List.of("https://localhost:8081"), List.of(), JSON)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "http://evil.example",
                "http://localhost:9999",
                "http://localhost",
                "https://localhost:8081",
                "http://localhost:8081.evil.example",
                "http://evil.example/http://localhost:8081",
                ""
            })
    void changesFromAForeignOriginAreRefused(String origin) {
        assertThat(GUARD.refuses(post("localhost:8081", List.of(origin), List.of(), JSON)))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site", "Same-Origin", ""})
    void changesThatTheBrowserCallsForeignAreRefused(String site) {
        assertThat(GUARD.refuses(post("localhost", List.of(), List.of(site), JSON)))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "text/plain; application/json",
                "application/json, text/plain",
                "application/jsonp",
                ""
            })
    void changesOfATypeThatAFormCanSendAreRefused(String contentType) {
        assertThat(GUARD.refuses(post("localhost", List.of(), List.of(), List.of(contentType))))
                .hasValueSatisfying(why -> assertThat(why).contains("application/json"));
    }

    @Test
    void changesWithoutATypeOrWithTwoOriginsAreRefused() {
        String own = "http://localhost";

        assertThat(GUARD.refuses(post("localhost", List.of(), List.of(), List.of())))
                .isPresent();
        assertThat(GUARD.refuses(post("localhost", List.of(own, own), List.of(), JSON)))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "BREW", "get"})
    void everyOtherMethodCountsAsAChange(String method) {
        assertThat(GUARD.refuses(request(method, List.of("localhost"), List.of("null"), List.of(), JSON)))
                .isPresent();
    }

    @Test
    void gRpcFromABrowserIsRefusedAndClientsAuthoritiesAreNotLookedAt() {
        List<String> authority = List.of("IPAuthority");

        assertThat(BrowserGuard.refusesRpc(
                        request("POST", authority, List.of(), List.of(), List.of("application/grpc"))))
                .isEmpty();
        assertThat(BrowserGuard.refusesRpc(request(
                        "POST", authority, List.of("http://localhost"), List.of(), List.of("application/grpc"))))
                .isPresent();
        assertThat(BrowserGuard.refusesRpc(
                        request("POST", authority, List.of(), List.of("same-origin"), List.of("application/grpc"))))
                .isPresent();
    }

    private static Request get(String host) {
        return request("GET", List.of(host), List.of(), List.of("cross-site"), List.of());
    }

    private static Request post(String host, List<String> origin, List<String> site, List<String> contentType) {
        return request("POST", List.of(host), origin, site, contentType);
    }

    private static Request request(
            String method, List<String> host, List<String> origin, List<String> site, List<String> contentType) {
        return new Request(method, false, host, origin, site, contentType);
    }
}
