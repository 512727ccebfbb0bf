package io.pledgemq.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.server.access.Authentication.Accepted;
import io.pledgemq.server.access.Authentication.Reason;
import io.pledgemq.server.access.Authentication.Refused;
import io.pledgemq.server.files.UnusableFileException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {

    private static final String SECRET = "correct horse battery";
    private static final String CHINESE_SECRET = "密钥密钥密钥密钥";
    private static final String LONG_SECRET = "x".repeat(Secret.MAX_BYTES);
    private static final String NOW = "20210309T195445Z";
    private static final InetAddress HERE = Fixture.address("192.0.2.7");
    private static final String USERS = String.format(Locale.ROOT, """
            users:
              - name: orders
                secret: "%s"
                grants:
                  - allow: [publish, consume]
                    topics: ["orders-*"]
                    groups: ["orders-*"]
              - name: strict
                secret: "%s"
                strict-time: true
              - name: chinese
                secret: "%s"
              - name: long
                secret: "%s"
            """, SECRET, SECRET, CHINESE_SECRET, LONG_SECRET);

    private final Path data;
    private final SettableClock clock = new SettableClock(Instant.parse("2021-03-09T19:54:45Z"));

    AccessTest(@TempDir Path data) {
        this.data = data;
    }

    @BeforeEach
    void writeUsers() throws IOException {
        Fixture.writePrivate(data.resolve("users.yaml"), USERS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Signatures by openssl dgst -sha1 -hmac.
                "orders | 20210309T195445Z | 6f03c5948f96ef8f6beb5f7df599f7157d87bd59",
                "orders//Rocketmq | 20210309T195445Z | 6F03C5948F96EF8F6BEB5F7DF599F7157D87BD59",
                "chinese | 20210309T195445Z | cb845e5e48ff09fca2b16472d1caa18bccffbbe2"
            })
    void signatureOfTheRightSecretIsAccepted(String credential, String dateTime, String hex) throws Exception {
        Authentication answer = access().authenticateClient(
                        Fixture.credentials(
                                "MQv2-HMAC-SHA1 Credential=" + credential + ", SignedHeaders=x-mq-date-time, Signature="
                                        + hex,
                                dateTime),
                        HERE);

        assertThat(principal(answer).name()).isEqualTo(credential.split("/", 2)[0]);
    }

    @Test
    void secretLongerThanAHashBlockSignsAsInClients() throws Exception {
        assertThat(principal(access().authenticateClient(Fixture.signed("long", LONG_SECRET, NOW), HERE))
                        .name())
                .isEqualTo("long");
    }

    @Test
    void unknownUserAndWrongSecretGetTheSameAnswerForTheSameWork() throws Exception {
        Access access = access();

        long start = access.hashedBytes();
        Refused unknown = refused(access.authenticateClient(Fixture.signed("nobody", SECRET, NOW), HERE));
        long afterUnknown = access.hashedBytes();
        Refused wrong = refused(access.authenticateClient(Fixture.signed("orders", "wrong secret", NOW), HERE));
        long afterWrong = access.hashedBytes();
        Refused longOne = refused(access.authenticateClient(Fixture.signed("long", "wrong secret", NOW), HERE));
        long afterLong = access.hashedBytes();

        assertThat(List.of(wrong.reason(), longOne.reason())).containsOnly(unknown.reason());
        assertThat(wrong.message()).isEqualTo(unknown.message());
        assertThat(afterUnknown - start)
                .isPositive()
                .isEqualTo(afterWrong - afterUnknown)
                .isEqualTo(afterLong - afterWrong);
        assertThat(wrong.claimed()).isEqualTo("orders");
        assertThat(unknown.claimed()).isEqualTo("(unknown)");
    }

    @Test
    void unknownAdministratorAndWrongSecretGetTheSameAnswerForTheSameWork() throws Exception {
        Access access = access();

        long start = access.hashedBytes();
        Refused unknown = refused(access.authenticateAdministrator(Fixture.basic("nobody", "wrong secret"), HERE));
        long afterUnknown = access.hashedBytes();
        Refused wrong = refused(access.authenticateAdministrator(Fixture.basic("admin", "wrong secret"), HERE));
        long afterWrong = access.hashedBytes();

        assertThat(wrong.reason()).isEqualTo(unknown.reason()).isEqualTo(Reason.WRONG);
        assertThat(afterUnknown - start).isPositive().isEqualTo(afterWrong - afterUnknown);
    }

    @ParameterizedTest
    @CsvSource({
        // Local times of the easternmost and westernmost zones, written with a letter Z.
        "orders, 20210310T095445Z, true",
        "orders, 20210309T075445Z, true",
        "orders, 20210310T105445Z, true",
        "orders, 20210310T105446Z, false",
        "orders, 20210309T045444Z, false",
        "orders, 2021-03-10T05:54:45+10:00, true",
        "strict, 20210309T195945Z, true",
        "strict, 20210309T195946Z, false",
        "strict, 20210309T194944Z, false",
        "strict, 2021-03-10T05:54:45+10:00, true"
    })
    void signatureCountsWithinItsWindow(String user, String dateTime, boolean accepted) throws Exception {
        Authentication answer = access().authenticateClient(Fixture.signed(user, SECRET, dateTime), HERE);

        if (accepted) {
            assertThat(principal(answer).name()).isEqualTo(user);
        } else {
            assertThat(refused(answer).reason()).isEqualTo(Reason.STALE);
        }
    }

    @Test
    void staleTimeIsToldOnlyToWhoKnowsTheSecret() throws Exception {
        Authentication answer =
                access().authenticateClient(Fixture.signed("orders", "wrong secret", "20200101T000000Z"), HERE);

        assertThat(refused(answer).reason()).isEqualTo(Reason.WRONG);
    }

    @Test
    void headersSentTwiceOrNotAtAllAreRefused() throws Exception {
        Access access = access();
        ClientCredentials good = Fixture.signed("orders", SECRET, NOW);
        String header = good.authorization().get(0);

        assertThat(reason(access, List.of(), List.of(NOW), List.of())).isEqualTo(Reason.MISSING);
        assertThat(reason(access, List.of(header, header), List.of(NOW), List.of()))
                .isEqualTo(Reason.MALFORMED);
        assertThat(reason(access, List.of(header), List.of(NOW, NOW), List.of()))
                .isEqualTo(Reason.MALFORMED);
        assertThat(reason(access, List.of(header), List.of(), List.of())).isEqualTo(Reason.MALFORMED);
        assertThat(reason(access, List.of(header), List.of("yesterday"), List.of()))
                .isEqualTo(Reason.MALFORMED);
        assertThat(reason(access, List.of(header), List.of(NOW), List.of("token")))
                .isEqualTo(Reason.SESSION_TOKEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"用户", "or\u0000ders", "ORDERS", "orders\r\nx", "' or 1=1 --", "../../etc/passwd"})
    void strangeAccessKeysAreUnknownUsers(String accessKey) throws Exception {
        Authentication answer = access().authenticateClient(Fixture.signed(accessKey, SECRET, NOW), HERE);

        assertThat(refused(answer)).satisfies(refused -> {
            assertThat(refused.reason()).isIn(Reason.WRONG, Reason.MALFORMED);
            assertThat(refused.claimed()).isEqualTo("(unknown)");
        });
    }

    @Test
    void signatureOfAnotherTimeDoesNotFit() throws Exception {
        String header = Fixture.signed("orders", SECRET, "20210309T195444Z")
                .authorization()
                .get(0);

        assertThat(refused(access().authenticateClient(Fixture.credentials(header, NOW), HERE))
                        .reason())
                .isEqualTo(Reason.WRONG);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic", "Basic ", "Basic !!!", "Bearer abc", "Basic YWRtaW4=", "Digest x", ""})
    void administrationTakesBasicOnly(String header) throws Exception {
        assertThat(refused(access().authenticateAdministrator(List.of(header), HERE))
                        .reason())
                .isEqualTo(Reason.MALFORMED);
    }

    @Test
    void administrationTakesTheCredentialOfTheFirstStart() throws Exception {
        Access access = access();
        String header = AdminCredential.read(data.resolve("admin.credential")).authorizationHeader();

        assertThat(principal(access.authenticateAdministrator(List.of(header), HERE))
                        .name())
                .isEqualTo("admin");
        assertThat(principal(access.authenticateAdministrator(Fixture.basic("orders", SECRET), HERE))
                        .name())
                .isEqualTo("orders");
        assertThat(refused(access.authenticateAdministrator(List.of(header, header), HERE))
                        .reason())
                .isEqualTo(Reason.MALFORMED);
        assertThat(refused(access.authenticateAdministrator(List.of(), HERE)).reason())
                .isEqualTo(Reason.MISSING);
        assertThat(refused(access.authenticateAdministrator(Fixture.basic("admin", ""), HERE))
                        .reason())
                .isEqualTo(Reason.WRONG);
    }

    @Test
    void withoutAuthenticationMessagesNeedNoCredentialAndTheAdministrationDoes() throws Exception {
        Access access = Access.open(AccessOptions.open(data), clock);

        Principal anybody = principal(
                access.authenticateClient(new ClientCredentials(List.of("rubbish"), List.of(), List.of()), HERE));

        assertThat(anybody.anonymous()).isTrue();
        assertThat(access.allowed(anybody, Action.PUBLISH, Resource.topic("t"))).isTrue();
        assertThat(access.allowed(anybody, Action.CONSUME, Resource.group("g"))).isTrue();
        for (Action action : List.of(Action.ADMIN_READ, Action.ADMIN_WRITE, Action.VIEW_BODY)) {
            for (Resource resource : List.of(Resource.topic("t"), Resource.group("g"), Resource.SERVER)) {
                assertThat(access.allowed(anybody, action, resource)).isFalse();
            }
        }
        assertThat(refused(access.authenticateAdministrator(List.of(), HERE)).reason())
                .isEqualTo(Reason.MISSING);
    }

    @Test
    void withAuthenticationTheAnonymousMayDoNothing() throws Exception {
        Access access = access();

        for (Action action : Action.values()) {
            assertThat(access.allowed(Principal.ANONYMOUS, action, Resource.topic("orders-new")))
                    .isFalse();
        }
    }

    @Test
    void onlyFailuresWaitAndTheRightSecretAlwaysPasses() throws Exception {
        Access access = access();
        ClientCredentials wrong = Fixture.signed("orders", "wrong secret", NOW);
        ClientCredentials right = Fixture.signed("orders", SECRET, NOW);
        for (int i = 0; i < Attempts.FREE_FAILURES; i++) {
            assertThat(refused(access.authenticateClient(wrong, HERE)).pause()).isZero();
        }

        for (int i = 0; i < 100; i++) {
            Refused refused = refused(access.authenticateClient(wrong, HERE));
            assertThat(refused.reason()).isEqualTo(Reason.WRONG);
            assertThat(refused.pause()).isPositive().isLessThanOrEqualTo(Attempts.MAX_PAUSE);
            assertThat(principal(access.authenticateClient(right, HERE)).name()).isEqualTo("orders");
        }
        assertThat(refused(access.authenticateClient(wrong, Fixture.address("192.0.2.8")))
                        .pause())
                .as("from elsewhere")
                .isZero();
    }

    @Test
    void theRightAdministratorPassesWhileOthersGuess() throws Exception {
        Access access = access();
        List<String> right = Fixture.basic("orders", SECRET);
        for (int i = 0; i < 100; i++) {
            refused(access.authenticateAdministrator(Fixture.basic("orders", "guess " + i), HERE));
            assertThat(principal(access.authenticateAdministrator(right, HERE)).name())
                    .isEqualTo("orders");
        }
    }

    @Test
    void keysOfAllSecretsFitAHashBlockSoThatUsersCostTheSame() {
        assertThat(Secret.of(LONG_SECRET).signingKey().getEncoded()).hasSizeLessThanOrEqualTo(64);
        assertThat(Secret.of(SECRET).signingKey().getEncoded()).hasSizeLessThanOrEqualTo(64);
    }

    @Test
    void unknownUsersWaitLikeKnownOnes() throws Exception {
        Access access = access();
        for (int i = 0; i < Attempts.FREE_FAILURES; i++) {
            access.authenticateClient(Fixture.signed("nobody", SECRET, NOW), HERE);
            access.authenticateClient(Fixture.signed("orders", "wrong secret", NOW), HERE);
        }

        for (int i = 0; i < 10; i++) {
            assertThat(refused(access.authenticateClient(Fixture.signed("nobody", SECRET, NOW), HERE))
                            .pause())
                    .isEqualTo(refused(access.authenticateClient(Fixture.signed("orders", "wrong secret", NOW), HERE))
                            .pause());
        }
    }

    @Test
    void reloadTakesRightsAtOnceAndAWrongFileChangesNothing() throws Exception {
        Access access = access();
        ClientCredentials credentials = Fixture.signed("orders", SECRET, NOW);
        Principal orders = principal(access.authenticateClient(credentials, HERE));
        Resource topic = Resource.topic("orders-new");
        assertThat(access.allowed(orders, Action.PUBLISH, topic)).isTrue();

        Fixture.writePrivate(data.resolve("users.yaml"), "users: [{name: orders}]");
        assertThatThrownBy(access::reload).isInstanceOf(UnusableFileException.class);
        assertThat(access.allowed(orders, Action.PUBLISH, topic)).isTrue();

        Files.delete(data.resolve("users.yaml"));
        assertThatThrownBy(access::reload).hasMessageContaining("there is no such file");
        assertThat(access.allowed(orders, Action.PUBLISH, topic)).isTrue();

        Fixture.writePrivate(data.resolve("users.yaml"), "users: []");
        access.reload();
        assertThat(access.allowed(orders, Action.PUBLISH, topic)).isFalse();
        assertThat(refused(access.authenticateClient(credentials, HERE)).reason())
                .isEqualTo(Reason.WRONG);
    }

    @Test
    void deletedAdministratorsCredentialIsReplacedByAReload() throws Exception {
        Access access = access();
        Path file = data.resolve("admin.credential");
        String old = AdminCredential.read(file).authorizationHeader();

        Files.delete(file);
        access.reload();

        String fresh = AdminCredential.read(file).authorizationHeader();
        assertThat(fresh).isNotEqualTo(old);
        assertThat(refused(access.authenticateAdministrator(List.of(old), HERE)).reason())
                .isEqualTo(Reason.WRONG);
        assertThat(principal(access.authenticateAdministrator(List.of(fresh), HERE))
                        .name())
                .isEqualTo("admin");
    }

    @Test
    void configuredUsersFileMustExist() {
        AccessOptions config =
                new AccessOptions(data, Optional.of(data.resolve("elsewhere.yaml")), true, AccessOptions.ANY_ZONE);

        assertThatThrownBy(() -> Access.open(config, clock))
                .isInstanceOf(UnusableFileException.class)
                .hasMessageContaining("elsewhere.yaml")
                .hasMessageContaining("0600");
    }

    @Test
    void windowMustBePositive() {
        assertThatThrownBy(() -> new AccessOptions(data, Optional.empty(), true, Duration.ZERO))
                .hasMessageContaining("must be positive");
    }

    @Test
    void tenThousandAtOnceAreEachAnsweredRightly() throws Exception {
        Access access = access();
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Future<Boolean>> answers = IntStream.range(0, 10_000)
                    .mapToObj(i -> threads.submit(() -> answeredRightly(access, i)))
                    .toList();
            for (Future<Boolean> answer : answers) {
                assertThat(answer.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Every third is right, the others fail from addresses of their own, so that no pause begins. */
    private static boolean answeredRightly(Access access, int i) {
        InetAddress remote = Fixture.address("10.0." + (i >> 8) + "." + (i & 255));
        Authentication answer =
                switch (i % 3) {
                    case 0 -> access.authenticateClient(Fixture.signed("orders", SECRET, NOW), remote);
                    case 1 -> access.authenticateClient(Fixture.signed("orders", "wrong secret", NOW), remote);
                    default -> access.authenticateClient(Fixture.signed("user" + i, SECRET, NOW), remote);
                };
        return i % 3 == 0
                ? answer.equals(new Accepted(principal(answer)))
                : answer instanceof Refused refused && refused.reason() == Reason.WRONG;
    }

    private Access access() throws UnusableFileException {
        return Access.open(AccessOptions.authenticated(data), clock);
    }

    private static Reason reason(Access access, List<String> header, List<String> dateTime, List<String> token) {
        return refused(access.authenticateClient(new ClientCredentials(header, dateTime, token), HERE))
                .reason();
    }

    private static Principal principal(Authentication answer) {
        assertThat(answer).isInstanceOf(Accepted.class);
        return ((Accepted) answer).principal();
    }

    private static Refused refused(Authentication answer) {
        assertThat(answer).isInstanceOf(Refused.class);
        return (Refused) answer;
    }
}
