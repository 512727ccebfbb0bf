package io.pledgemq.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolvedByCheckTest {

    private final Path data;

    ResolvedByCheckTest(@TempDir Path directory) {
        this.data = directory.resolve("data");
    }

    @Test
    void everyMessageIsCountedOnceInAllStarts() throws DemoException, IOException {
        assertThat(countAfter("m-1", "m-2", "m-1")).isEqualTo(2);
        assertThat(countAfter()).isEqualTo(2);
        assertThat(countAfter("m-2", "m-3")).isEqualTo(3);
    }

    @Test
    void halfALineOfAKilledProcessIsForgotten() throws DemoException, IOException {
        countAfter("m-1");
        Files.writeString(data.resolve("demo").resolve(ResolvedByCheck.FILE), "m-", StandardOpenOption.APPEND);

        assertThat(countAfter("m-2")).isEqualTo(2);
        assertThat(countAfter("m-1", "m-2")).isEqualTo(2);
    }

    private long countAfter(String... ids) throws DemoException, IOException {
        try (DataDirectory directory = DataDirectory.open(data);
                ResolvedByCheck resolved = ResolvedByCheck.open(directory)) {
            for (String id : ids) {
                resolved.add(id);
            }
            return resolved.count();
        }
    }
}
