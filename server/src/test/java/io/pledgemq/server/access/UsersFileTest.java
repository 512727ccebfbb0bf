package io.pledgemq.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pledgemq.server.files.UnusableFileException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsersFileTest {

    private static final String CANARY = "canary-secret-4711";

    private final Path file;

    UsersFileTest(@TempDir Path directory) {
        this.file = directory.resolve("users.yaml");
    }

    @Test
    void completeEntryIsReadAsWritten() throws Exception {
        Fixture.writePrivate(file, """
                # people write comments
                users:
                  - name: orders
                    secret: "0123456789"
                    strict-time: true
                    role: operator
                    grants:
                      - allow: [publish, view-body]
                        topics: ["orders-*", payments]
                """);

        Map<String, User> users = UsersFile.read(file);

        assertThat(users).containsOnlyKeys("orders");
        assertThat(users.get("orders")).satisfies(user -> {
            assertThat(user.strictTime()).isTrue();
            assertThat(user.role()).isEqualTo(Role.OPERATOR);
            assertThat(user.grants()).hasSize(1);
            assertThat(user.allows(Action.PUBLISH, Resource.topic("payments"))).isTrue();
            assertThat(user.allows(Action.PUBLISH, Resource.topic("payments-2")))
                    .isFalse();
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "user: []                                        | Did you mean users instead of user?",
                "users: [{name: a, secert: canary-secret-4711}]  | Did you mean secret instead of secert?",
                "users: [{canary-secret-4711: a}]                | users[0] has a key that is not one of",
                "users: canary-secret-4711                       | users must be a list",
                "users: [canary-secret-4711]                     | users[0] must have keys of",
                "canary-secret-4711                              | the file must have keys of",
                "users: [{name: a}]                              | users[0].secret is missing",
                "users: [{secret: canary-secret-4711}]           | users[0].name is missing",
                "users: [{name: a, secret: 1234567890}]          | users[0].secret must be text; put it in quotes",
                "users: [{name: no, secret: canary-secret-4711}] | users[0].name must be text; put it in quotes",
                "users: [{name: a, secret: short}]               | users[0].secret must have at least 8 characters",
                "users: [{name: a, secret: ''}]                  | users[0].secret must have at least 8 characters",
                "users: [{name: a/b, secret: canary-secret-4711}]| users[0].name must be 1 to 64",
                "users: [{name: 用户, secret: canary-secret-4711}] | users[0].name must be 1 to 64",
                "users: [{name: admin, secret: canary-secret-4711}] | users[0].name must not be admin",
                "users: [{name: a, secret: canary-secret-4711}, {name: a, secret: canary-secret-4711}] | users[1].name is the name of an earlier user",
                "users: [{name: a, secret: canary-secret-4711, role: operater}] | Did you mean operator instead of operater?",
                "users: [{name: a, secret: canary-secret-4711, role: canary-secret-4711}] | users[0].role must be one of [viewer, operator, admin]",
                "users: [{name: a, secret: canary-secret-4711, strict-time: 1}] | users[0].strict-time must be true or false",
                "users: [{name: a, secret: canary-secret-4711, grants: [{allow: [publsh], topics: [t]}]}] | Did you mean publish instead of publsh?",
                "users: [{name: a, secret: canary-secret-4711, grants: [{allow: [publish], groups: [g]}]}] | grants[0] allows publish, which needs topics",
                "users: [{name: a, secret: canary-secret-4711, grants: [{allow: [consume]}]}] | grants[0] allows nothing",
                "users: [{name: a, secret: canary-secret-4711, grants: [{allow: [], topics: [t]}]}] | grants[0] allows nothing",
                "users: [{name: a, secret: canary-secret-4711, grants: [{allow: [consume], topics: ['a*b']}]}] | topics[0] must be a name",
                "users: [{name: a, secret: canary-secret-4711, grants: [{allow: [consume], topics: t}]}] | topics must be a list",
                "users: [{name: a, name: b, secret: canary-secret-4711}] | line 1 is not YAML, or repeats a key",
                "users: [{name: a, secret: canary-secret-4711}   | is not YAML",
                "users: [{name: a, secret: \"canary-secret-4711}] | is not YAML",
                "users: [&a canary-secret-4711, *a]              | line 1 begins a value with *, which is an alias",
                "users: [{name: a, secret: canary-secret-4711, <<: {role: admin}}] | users[0] has a key that is not one of"
            })
    void wrongFileIsRefusedWithItsPlaceAndWithoutItsValues(String content, String expected) throws Exception {
        Fixture.writePrivate(file, content);

        UnusableFileException failure = catchThrowableOfType(UnusableFileException.class, () -> UsersFile.read(file));

        assertThat(failure).hasMessageContaining(expected).hasMessageContaining("next:");
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain(CANARY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "---\n", "# nothing\n", "users: []\n---\nusers: []\n", "\u0000", "[[[[[[[["})
    void emptyOrDoubledFileIsRefused(String content) throws Exception {
        Fixture.writePrivate(file, content);

        assertThatThrownBy(() -> UsersFile.read(file))
                .isInstanceOf(UnusableFileException.class)
                .hasMessageContaining("users.yaml");
    }

    @Test
    void fileThatIsNotUtf8IsRefusedWithoutQuotingIt() throws Exception {
        Fixture.writePrivate(file, "");
        Files.write(file, ("users: [{name: a, secret: " + CANARY + "ä}]").getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> UsersFile.read(file))
                .isInstanceOf(UnusableFileException.class)
                .satisfies(e -> assertThat(String.valueOf(e.getMessage())).doesNotContain(CANARY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx------", "rw-rw-rw-"})
    void fileThatOthersMayUseIsRefused(String mode) throws Exception {
        Fixture.writePrivate(file, "users: []");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

        assertThatThrownBy(() -> UsersFile.read(file))
                .isInstanceOf(UnusableFileException.class)
                .hasMessageContaining(mode)
                .hasMessageContaining("chmod 600");
    }

    @Test
    void fileThatOnlyItsOwnerMayReadIsFine() throws Exception {
        Fixture.writePrivate(file, "users: []");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));

        assertThat(UsersFile.read(file)).isEmpty();
    }

    @Test
    void directoryInItsPlaceIsRefused() throws Exception {
        Files.createDirectory(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

        assertThatThrownBy(() -> UsersFile.read(file)).hasMessageContaining("not a regular file");
    }

    @Test
    void hugeFileIsRefused() throws Exception {
        Fixture.writePrivate(file, "#".repeat(UsersFile.MAX_FILE_BYTES + 1));

        assertThatThrownBy(() -> UsersFile.read(file)).hasMessageContaining("longer than");
    }

    @Test
    void moreUsersThanTheLimitAreRefused() throws Exception {
        StringBuilder users = new StringBuilder("users:\n");
        for (int i = 0; i <= UsersFile.MAX_USERS; i++) {
            users.append("- {name: u")
                    .append(i)
                    .append(", secret: ")
                    .append(CANARY)
                    .append("}\n");
        }
        Fixture.writePrivate(file, users.toString());

        assertThatThrownBy(() -> UsersFile.read(file)).hasMessageContaining("more than 10000 users");
    }
}
