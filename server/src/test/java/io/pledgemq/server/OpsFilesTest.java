package io.pledgemq.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files that operators copy. */
class OpsFilesTest {
    private static final Path OPS = Path.of("..", "ops");

    private static Set<String> unit() throws IOException {
        return Files.readAllLines(OPS.resolve("pledgemq.service")).stream().collect(Collectors.toSet());
    }

    @Test
    void theUnitGivesTheServerNoMoreThanItNeeds() throws IOException {
        assertThat(unit())
                .contains(
                        "User=pledgemq",
                        "NoNewPrivileges=yes",
                        "ProtectSystem=strict",
                        "ProtectHome=yes",
                        "PrivateTmp=yes",
                        "PrivateDevices=yes",
                        "CapabilityBoundingSet=",
                        "StateDirectory=pledgemq",
                        "StateDirectoryMode=0700",
                        "UMask=0077",
                        "LimitNOFILE=1048576",
                        "Restart=on-failure",
                        "TimeoutStopSec=60");
    }

    @Test
    void theUnitKnowsWhichExitsARestartDoesNotHelp() throws IOException {
        String line = unit().stream()
                .filter(key -> key.startsWith("RestartPreventExitStatus="))
                .findFirst()
                .orElseThrow();
        List<Integer> listed = Arrays.stream(
                        line.substring(line.indexOf('=') + 1).split(" "))
                .map(Integer::valueOf)
                .toList();
        List<Integer> hopeless = Stream.of(
                        ExitStatus.CONFIGURATION,
                        ExitStatus.DAMAGED,
                        ExitStatus.ADDRESS,
                        ExitStatus.IN_USE,
                        ExitStatus.PERMISSION,
                        ExitStatus.CREDENTIALS)
                .map(ExitStatus::code)
                .toList();
        assertThat(listed).containsExactlyInAnyOrderElementsOf(hopeless);
    }

    @Test
    void theContainerFileSaysThatItIsNotBuiltHere() throws IOException {
        assertThat(Files.readString(OPS.resolve("Containerfile"))).contains("NOT BUILT OR TESTED");
    }
}
