package io.pledgemq.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The committed documents are those of the table of keys. */
class ConfigReferenceTest {

    private static final Path DOCS = Path.of("..", "docs");

    @Test
    void theReferenceIsUpToDate() throws IOException {
        assertThat(Files.readString(DOCS.resolve("configuration.md")))
                .as("write it again: ./pledgemq config reference > docs/configuration.md")
                .isEqualTo(ConfigReference.markdown());
    }

    @Test
    void theExampleIsUpToDate() throws IOException {
        assertThat(Files.readString(DOCS.resolve("pledgemq.example.yaml")))
                .as("write it again: ./pledgemq config reference --example > docs/pledgemq.example.yaml")
                .isEqualTo(ConfigReference.example());
    }

    @Test
    void theExampleIsTheDefaultsWithEveryKey() throws Exception {
        Path example = DOCS.resolve("pledgemq.example.yaml");
        LoadedConfig loaded = ConfigLoader.load(ConfigSources.none().withFile(example));

        assertThat(loaded.config()).isEqualTo(ServerConfig.defaults());
        assertThat(loaded.values())
                .filteredOn(value -> value.text().isPresent())
                .allSatisfy(value -> assertThat(value.origin()).startsWith(example + ":"));
        String text = Files.readString(example);
        assertThat(SettingTable.keys()).allSatisfy(key -> assertThat(text)
                .contains(key.path().substring(key.path().lastIndexOf('.') + 1)));
    }
}
