package io.pledgemq.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every route with every kind of caller, against a table that a person wrote. */
class AccessMatrixTest {

    /** All routes, and the permission that a person wants each to need. */
    private static final Map<String, List<String>> PERMISSIONS = Map.of(
            "read",
            List.of(
                    "topic.list",
                    "topic.show",
                    "group.list",
                    "group.show",
                    "tx.list",
                    "tx.show",
                    "dead.list",
                    "dead.show",
                    "message.find",
                    "message.show",
                    "client.list",
                    "server.status",
                    "backup.status",
                    "openapi"),
            "write",
            List.of(
                    "topic.create",
                    "topic.delete",
                    "group.put",
                    "group.reset",
                    "group.pause",
                    "group.resume",
                    "group.delete",
                    "group.unsubscribe",
                    "tx.check",
                    "tx.commit",
                    "tx.rollback",
                    "dead.retry",
                    "dead.edit",
                    "dead.skip",
                    "dead.compensate",
                    "dead.close",
                    "client.verify"),
            "write-server",
            List.of("client.threads", "backup.start"),
            "body",
            List.of("message.body"));

    /** Who may what; all others must get the answer in {@link #REFUSALS}. */
    private static final Map<String, Set<String>> MAY = Map.of(
            "viewer", Set.of("read"),
            "operator", Set.of("read", "write"),
            "boss", Set.of("read", "write", "write-server", "body"),
            "sender", Set.of(),
            "wrong secret", Set.of(),
            "unknown user", Set.of(),
            "nobody", Set.of());

    /** Their refusals are held back for up to 2 s, so they ask beside the others. */
    private static final Set<String> GUESSING = Set.of("wrong secret", "unknown user");

    private static final int GUESSES_AT_A_TIME = 16;

    private static final Map<String, Integer> REFUSALS = Map.of(
            "viewer", 403,
            "operator", 403,
            "boss", 403,
            "sender", 403,
            "wrong secret", 401,
            "unknown user", 401,
            "nobody", 401);

    @Test
    void everyCellIsAsTheTableSays(@TempDir Path data) throws Exception {
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        ExecutorService callers = Executors.newFixedThreadPool(GUESSES_AT_A_TIME);
        try (AdminServer server = AdminServer.start(data)) {
            List<Future<?>> guesses = new ArrayList<>();
            for (Route route : server.routes().all()) {
                for (String caller : new TreeSet<>(MAY.keySet())) {
                    Callable<Void> cell = () -> {
                        examine(call(server, route, caller), route, caller).ifPresent(wrong::add);
                        return null;
                    };
                    if (GUESSING.contains(caller)) {
                        guesses.add(callers.submit(cell));
                    } else {
                        cell.call();
                    }
                }
            }
            for (Future<?> guess : guesses) {
                guess.get(60, TimeUnit.SECONDS);
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(wrong).isEmpty();
    }

    private static Optional<String> examine(int status, Route route, String caller) {
        boolean may = MAY.getOrDefault(caller, Set.of()).contains(permission(route));
        boolean right = may ? status != 401 && status != 403 : REFUSALS.getOrDefault(caller, 0) == status;
        return right ? Optional.empty() : Optional.of(caller + " " + route.operation() + ": " + status);
    }

    @Test
    void everyRouteIsInTheTableAndInTheDocumentWithItsPermission(@TempDir Path data) throws Exception {
        try (AdminServer server = AdminServer.start(data)) {
            Set<String> routes =
                    server.routes().all().stream().map(Route::operation).collect(Collectors.toSet());
            assertThat(routes)
                    .as("a new route must be given a permission here")
                    .isEqualTo(
                            PERMISSIONS.values().stream().flatMap(List::stream).collect(Collectors.toSet()));

            Map<String, String> documented = new TreeMap<>();
            OpenApi.document(server.routes().all()).at("/paths").properties().forEach(path -> path.getValue()
                    .properties()
                    .forEach(method -> documented.put(
                            method.getValue().get("operationId").asText(),
                            method.getValue().get("x-permission").asText())));
            assertThat(documented.keySet()).isEqualTo(routes);
            for (Route route : server.routes().all()) {
                String expected =
                        switch (permission(route)) {
                            case "read" -> "admin-read";
                            case "body" -> "view-body";
                            default -> "admin-write";
                        };
                assertThat(documented.get(route.operation()))
                        .as(route.operation())
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void onlyWhatChangesNothingIsAGet(@TempDir Path data) throws Exception {
        try (AdminServer server = AdminServer.start(data)) {
            for (Route route : server.routes().all()) {
                boolean looks = Set.of("read", "body").contains(permission(route));
                assertThat(route.changes()).as(route.operation()).isEqualTo(!looks);
            }
        }
    }

    private static String permission(Route route) {
        return PERMISSIONS.entrySet().stream()
                .filter(entry -> entry.getValue().contains(route.operation()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("none");
    }

    private static int call(AdminServer server, Route route, String caller) throws Exception {
        String path = route.path().replaceAll("\\{[a-z]+}", "none");
        HttpRequest.Builder request = server.request(path).header("content-type", "application/json");
        switch (caller) {
            case "nobody" -> {}
            case "wrong secret" -> request.header("authorization", AdminServer.basic("boss", "wrong horse battery"));
            case "unknown user" -> request.header("authorization", AdminServer.basic("bosss", AdminServer.SECRET));
            default -> request.header("authorization", AdminServer.basic(caller, AdminServer.SECRET));
        }
        request.method(
                route.method(),
                route.changes() ? HttpRequest.BodyPublishers.ofString("{}") : HttpRequest.BodyPublishers.noBody());
        return server.send(request).status();
    }
}
