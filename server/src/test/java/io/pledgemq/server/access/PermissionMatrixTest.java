package io.pledgemq.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of user with every action on every kind of resource, against a table that a person wrote. */
class PermissionMatrixTest {

    private static final String SECRET = "correct horse battery";

    private static final Map<String, Resource> RESOURCES = Map.of(
            "topic", Resource.topic("orders-new"),
            "other-topic", Resource.topic("payments"),
            "group", Resource.group("orders-stock"),
            "other-group", Resource.group("payments"),
            "server", Resource.SERVER);

    /** All that is allowed; whatever is not here must be refused. */
    private static final Map<String, String> ALLOWED = Map.of(
            "viewer",
            "admin-read: topic other-topic group other-group server",
            "operator",
            "admin-read: topic other-topic group other-group server; admin-write: topic other-topic group other-group",
            "boss",
            "publish: topic other-topic group other-group server; consume: topic other-topic group other-group server;"
                    + " admin-read: topic other-topic group other-group server; view-body: topic other-topic group other-group server;"
                    + " admin-write: topic other-topic group other-group server",
            "sender",
            "publish: topic",
            "receiver",
            "consume: topic group",
            "reader",
            "admin-read: topic other-topic group other-group server; view-body: topic other-topic group other-group",
            "clerk",
            "admin-write: other-group",
            "nothing",
            "",
            "stranger",
            "");

    private static final String USERS = String.format(Locale.ROOT, """
            users:
              - {name: viewer, secret: "%1$s", role: viewer}
              - {name: operator, secret: "%1$s", role: operator}
              - {name: boss, secret: "%1$s", role: admin}
              - {name: sender, secret: "%1$s", grants: [{allow: [publish], topics: ["orders-*"]}]}
              - {name: receiver, secret: "%1$s", grants: [{allow: [consume], topics: ["orders-*"], groups: ["orders-*"]}]}
              - {name: reader, secret: "%1$s", role: viewer, grants: [{allow: [view-body], topics: ["*"], groups: ["*"]}]}
              - {name: clerk, secret: "%1$s", grants: [{allow: [admin-write], groups: ["payments"]}]}
              - {name: nothing, secret: "%1$s"}
            """, SECRET);

    @Test
    void everyCellIsAsTheTableSays(@TempDir Path data) throws Exception {
        Fixture.writePrivate(data.resolve("users.yaml"), USERS);
        Access access = Access.open(
                AccessOptions.authenticated(data), new SettableClock(Instant.parse("2021-03-09T19:54:45Z")));

        List<String> wrong = new ArrayList<>();
        int cells = 0;
        for (String user : new TreeSet<>(ALLOWED.keySet())) {
            Principal principal = Principal.of(new User(user, Secret.of(SECRET), null, false, List.of()));
            for (Action action : Action.values()) {
                for (Map.Entry<String, Resource> resource : RESOURCES.entrySet()) {
                    boolean allowed = access.allowed(principal, action, resource.getValue());
                    if (allowed != expected(user, action, resource.getKey())) {
                        wrong.add(user + " " + action + " " + resource.getKey() + " allowed: " + allowed);
                    }
                    cells++;
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(cells).isEqualTo(ALLOWED.size() * Action.values().length * RESOURCES.size());
    }

    @Test
    void everyRoleIsInTheTable() {
        assertThat(Stream.of(Role.values()).map(Role::spelling).collect(Collectors.toSet()))
                .allMatch(role -> USERS.contains("role: " + role));
    }

    @Test
    void patternsMatchTheWholeNameOrItsBeginning() {
        assertThat(new NamePattern("orders-*").matches("orders-")).isTrue();
        assertThat(new NamePattern("orders-*").matches("orders")).isFalse();
        assertThat(new NamePattern("orders").matches("orders-new")).isFalse();
        assertThat(new NamePattern("orders").matches("Orders")).isFalse();
        assertThat(new NamePattern("*").matches("%DLQ%orders")).isTrue();
        assertThat(new NamePattern("%DLQ%orders-*").matches("%DLQ%orders-stock"))
                .isTrue();
        assertThat(List.of("", "a*b", "**", "a b", "*a", "订单", "a/b", "x".repeat(128)))
                .noneMatch(NamePattern::wellFormed);
    }

    private static boolean expected(String user, Action action, String resource) {
        for (String part : ALLOWED.getOrDefault(user, "").split(";", -1)) {
            String[] sides = part.strip().split(": ", 2);
            if (sides[0].equals(action.spelling())) {
                return List.of(sides[1].split(" ", -1)).contains(resource);
            }
        }
        return false;
    }
}
