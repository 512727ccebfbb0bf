package io.pledgemq.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.server.files.UnusableFileException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminCredentialTest {

    private final Path directory;
    private final Path file;

    AdminCredentialTest(@TempDir Path directory) {
        this.directory = directory;
        this.file = directory.resolve(AdminCredential.FILE_NAME);
    }

    @Test
    void firstStartMakesOneAndLaterStartsKeepIt() throws Exception {
        AdminCredential first = AdminCredential.readOrCreate(file, new SecureRandom());
        AdminCredential second = AdminCredential.readOrCreate(file, new SecureRandom());

        assertThat(Files.readString(file)).matches("admin:[0-9a-f]{40}\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(second.authorizationHeader()).isEqualTo(first.authorizationHeader());
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void headerIsWhatCurlWouldSend() throws Exception {
        AdminCredential.readOrCreate(file, new SecureRandom());
        String line = Files.readString(file).strip();

        assertThat(AdminCredential.read(file).authorizationHeader())
                .isEqualTo("Basic " + Base64.getEncoder().encodeToString(line.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void draftOfACrashedFirstStartIsReplaced() throws Exception {
        Files.writeString(directory.resolve(AdminCredential.FILE_NAME + ".draft"), "admin:half");

        AdminCredential.readOrCreate(file, new SecureRandom());

        assertThat(Files.readString(file)).matches("admin:[0-9a-f]{40}\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "admin", "admin:", "admin:short", "root:0123456789abcdef", "admin:01234567\nadmin:89abcdef"})
    void fileOfAnotherFormIsRefusedAndNotReplaced(String content) throws Exception {
        Fixture.writePrivate(file, content);

        assertThatThrownBy(() -> AdminCredential.readOrCreate(file, new SecureRandom()))
                .isInstanceOf(UnusableFileException.class)
                .hasMessageContaining("delete it");
        assertThat(Files.readString(file)).isEqualTo(content);
    }

    @Test
    void missingFileAndWideModeAreToldToTheCommandLine() throws Exception {
        assertThatThrownBy(() -> AdminCredential.read(file)).hasMessageContaining("there is no such file");

        Fixture.writePrivate(file, "admin:0123456789abcdef");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> AdminCredential.read(file)).hasMessageContaining("chmod 600");
    }

    @Test
    void directoryThatIsMissingIsTold() {
        Path nowhere = directory.resolve("nowhere").resolve(AdminCredential.FILE_NAME);

        for (Path path : List.of(nowhere)) {
            assertThatThrownBy(() -> AdminCredential.readOrCreate(path, new SecureRandom()))
                    .isInstanceOf(UnusableFileException.class)
                    .hasMessageContaining("Cannot create");
        }
    }
}
