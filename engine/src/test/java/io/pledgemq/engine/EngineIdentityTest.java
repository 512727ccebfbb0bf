package io.pledgemq.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.engine.backup.Restore;
import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.io.FileStorage;
import io.pledgemq.engine.log.LogConfig;
import io.pledgemq.engine.log.LogVerifier;
import io.pledgemq.engine.sim.SimCrash;
import io.pledgemq.engine.sim.SimStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine keeps its identity as long as its data directory exists, and no other engine has it. */
class EngineIdentityTest {
    @TempDir
    Path temp;

    private static EngineConfig config() {
        return EngineConfig.defaults()
                .withLimits(new Limits(16 << 10, 16, 1024, 100, 100, 3_600_000, 1000, 1 << 20, Limits.Rows.DEFAULT))
                .withLog(new LogConfig(1 << 20, 64 << 10, 1));
    }

    private static UUID idOf(Path directory) throws IOException {
        try (Engine engine = Engine.open(directory, config())) {
            return engine.id();
        }
    }

    @Test
    void aDirectoryKeepsItsIdentityAndTwoDirectoriesHaveTwo() throws IOException {
        UUID first = idOf(temp.resolve("a"));
        assertThat(idOf(temp.resolve("a"))).isEqualTo(first);
        assertThat(idOf(temp.resolve("b"))).isNotEqualTo(first);
    }

    @Test
    void aDirectoryOfAnOlderVersionGetsOneAndKeepsIt() throws IOException {
        Path data = temp.resolve("data");
        UUID before = idOf(data);
        Files.delete(data.resolve(EngineIdentity.FILE));
        UUID given = idOf(data);
        assertThat(given).isNotEqualTo(before);
        assertThat(idOf(data)).isEqualTo(given);
    }

    @Test
    void aRestoredBackupIsTheSameEngine() throws IOException {
        UUID original;
        try (Engine engine = Engine.open(temp.resolve("data"), config())) {
            original = engine.id();
            engine.backup(temp.resolve("backup"), List.of(), "test", bytes -> {});
        }
        Restore.run(temp.resolve("backup"), temp.resolve("restored"));
        assertThat(idOf(temp.resolve("restored"))).isEqualTo(original);
    }

    @Test
    void verifyingALogGivesNoIdentity() throws IOException {
        Path data = temp.resolve("data");
        idOf(data);
        Files.delete(data.resolve(EngineIdentity.FILE));
        try (FileStorage storage = FileStorage.openReadOnly(data)) {
            assertThat(LogVerifier.verify(storage).intact()).isTrue();
        }
        assertThat(data.resolve(EngineIdentity.FILE)).doesNotExist();
    }

    @Test
    void aDamagedIdentityStopsTheStartAndIsLeftAsItIs() throws IOException {
        Path data = temp.resolve("data");
        UUID id = idOf(data);
        Path file = data.resolve(EngineIdentity.FILE);
        String other =
                Files.readString(file).replace(id.toString(), UUID.randomUUID().toString());
        for (String damaged : List.of("", "x", other, "pledgemq-engine 2 " + id + " 00000000\n")) {
            Files.writeString(file, damaged, StandardCharsets.US_ASCII);
            assertThatThrownBy(() -> idOf(data))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(EngineIdentity.FILE)
                    .hasMessageContaining("restore the file from a backup, or delete it");
            assertThat(file).hasContent(damaged);
        }
    }

    @Test
    void anIdentitySurvivesAPowerCutAtAnyCall() throws IOException {
        boolean crashed = true;
        for (int at = 1; crashed; at++) {
            for (int seed = 0; seed < 20; seed++) {
                SimStorage storage = new SimStorage(seed);
                Set<UUID> ids = new HashSet<>();
                storage.crashAt(at);
                crashed = readId(storage, ids);
                storage.heal();
                storage.crash();
                readId(storage, ids);
                storage.crash();
                readId(storage, ids);
                assertThat(ids).as("crash at call %s, seed %s", at, seed).hasSize(1);
            }
        }
    }

    /** Returns whether it crashed. */
    private static boolean readId(SimStorage storage, Set<UUID> ids) throws IOException {
        try {
            ids.add(EngineIdentity.of(storage));
            return false;
        } catch (SimCrash e) {
            return true;
        }
    }
}
