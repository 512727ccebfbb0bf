package io.pledgemq.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.pledgemq.server.access.Authentication.Refused;
import io.pledgemq.server.audit.AuditEntry;
import io.pledgemq.server.audit.AuditEntry.Detail;
import io.pledgemq.server.audit.AuditEntry.Result;
import io.pledgemq.server.audit.AuditLimits;
import io.pledgemq.server.audit.AuditLog;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No text that this package makes holds a secret, wherever a client put it. */
class CanarySecretTest {

    private static final String CANARY = "canary-secret-4711";
    private static final String NOW = "20210309T195445Z";
    private static final InetAddress HERE = Fixture.address("192.0.2.7");

    @Test
    void noTextHoldsASecret(@TempDir Path data) throws Exception {
        Fixture.writePrivate(data.resolve("users.yaml"), "users: [{name: orders, secret: " + CANARY + "}]");
        SettableClock clock = new SettableClock(Instant.parse("2021-03-09T19:54:45Z"));
        Access access = Access.open(AccessOptions.authenticated(data), clock);
        AdminCredential admin = AdminCredential.read(data.resolve(AdminCredential.FILE_NAME));
        List<Authentication> answers = new ArrayList<>();
        List<Object> things = new ArrayList<>();
        for (ClientCredentials credentials : List.of(
                Fixture.signed("orders", CANARY, NOW),
                Fixture.signed(CANARY, CANARY, NOW),
                Fixture.credentials(CANARY, NOW),
                Fixture.credentials("MQv2-HMAC-SHA1 Credential=orders, Signature=" + CANARY, CANARY),
                new ClientCredentials(List.of(CANARY, CANARY), List.of(CANARY), List.of()))) {
            things.add(credentials);
            answers.add(access.authenticateClient(credentials, HERE));
        }
        for (List<String> header : List.of(
                List.of(admin.authorizationHeader()),
                Fixture.basic("orders", CANARY),
                Fixture.basic(CANARY, CANARY),
                Fixture.basic("orders", CANARY + "x"),
                List.of(CANARY))) {
            answers.add(access.authenticateAdministrator(header, HERE));
        }
        things.addAll(answers);
        User user = Objects.requireNonNull(
                UsersFile.read(data.resolve("users.yaml")).get("orders"));
        things.addAll(List.of(access, admin, user, user.secret(), Capabilities.open(data)));
        things.add(MqSignature.parse(
                Fixture.signed(CANARY, CANARY, NOW).authorization().get(0)));
        things.add(BasicCredential.parse(Fixture.basic(CANARY, CANARY).get(0)));

        String adminSecret = Files.readString(data.resolve(AdminCredential.FILE_NAME))
                .strip()
                .split(":", 2)[1];
        String key = Files.readString(data.resolve("capability.key")).strip();
        assertThat(things).map(String::valueOf).noneMatch(text -> holds(text, CANARY, adminSecret, key));
        assertThat(auditOf(answers, data.resolve("audit"), clock))
                .contains("orders")
                .satisfies(text ->
                        assertThat(holds(text, CANARY, adminSecret, key)).isFalse());
    }

    private static String auditOf(List<Authentication> answers, Path directory, SettableClock clock) throws Exception {
        try (AuditLog log = AuditLog.open(directory, clock, AuditLimits.DEFAULTS)) {
            for (Authentication answer : answers) {
                if (answer instanceof Refused refused) {
                    log.refusedStranger(new AuditEntry(
                            refused.claimed(), HERE, "login", "", Result.REFUSED, Detail.because(refused.message())));
                }
            }
            log.flush().get();
        }
        return Files.readString(directory.resolve("audit.jsonl"));
    }

    private static boolean holds(String text, String... secrets) {
        return List.of(secrets).stream().anyMatch(text::contains);
    }
}
