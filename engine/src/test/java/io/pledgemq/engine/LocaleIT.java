package io.pledgemq.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.io.DataDirectoryUnusableException;
import io.pledgemq.engine.view.TopicView;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The data directory is the same in every locale, and files that an early version named with other digits are opened.
 */
@Timeout(120)
class LocaleIT {
    private static final String TOPIC = "orders";
    private static final int MESSAGES = 200;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"ar,EG,''", "fa,IR,''", "th,TH,TH", "tr,TR,''"})
    void anEngineIsOpenedAgainInEachLocale(String language, String country, String variant) throws Exception {
        List<String> locale =
                List.of("-Duser.language=" + language, "-Duser.country=" + country, "-Duser.variant=" + variant);
        assertThat(live(locale)).isEqualTo("0 then 200");
        assertThat(live(locale)).isEqualTo("200 then 400");
        assertThat(live(List.of())).isEqualTo("400 then 600");
        assertThat(names())
                .allMatch(name -> StandardCharsets.US_ASCII.newEncoder().canEncode(name));
    }

    /** Arabic, Persian and Thai digits. */
    @ParameterizedTest
    @ValueSource(ints = {0x660, 0x6f0, 0xe50})
    void filesWithOtherDigitsGetTheirNames(int zero) throws Exception {
        live(List.of());
        Set<String> right = names();
        right.removeIf(name -> !name.startsWith("segment-") && !name.startsWith("index-"));
        assertThat(right).anyMatch(name -> name.startsWith("index-"));
        for (String name : right) {
            Files.move(directory.resolve(name), inDigitsFrom(zero, name));
        }
        assertThat(live(List.of())).isEqualTo("200 then 400");
        assertThat(names()).containsAll(right);
        assertThat(names())
                .allMatch(name -> StandardCharsets.US_ASCII.newEncoder().canEncode(name));
    }

    @Test
    void twoFilesOfOneNumberAreRefused() throws Exception {
        live(List.of());
        String name = "segment-0000000001.log";
        Path other = inDigitsFrom(0x660, name);
        Files.copy(directory.resolve(name), other);
        assertThatThrownBy(() -> KillableEngine.open(directory))
                .isInstanceOf(DataDirectoryUnusableException.class)
                .hasMessageContaining("have the same number in different digits")
                .hasMessageContaining(name)
                .hasMessageContaining(other.toString());
        Files.delete(other);
        KillableEngine.open(directory).close();
    }

    /** By its URI, since this process may run where names are ASCII. */
    private Path inDigitsFrom(int zero, String name) {
        StringBuilder other = new StringBuilder();
        name.chars().forEach(c -> other.appendCodePoint(c >= '0' && c <= '9' ? zero + c - '0' : c));
        return Path.of(URI.create(directory.toUri() + URLEncoder.encode(other.toString(), StandardCharsets.UTF_8)));
    }

    private Set<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private String live(List<String> options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                OneLife.class.getName(),
                directory.toString()));
        Path said = Files.createTempFile("one-life", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        String text = Files.readString(said);
        Files.delete(said);
        assertThat(ended).as(text).isTrue();
        return text.strip();
    }

    /** Opens the engine, writes several segments with snapshots and indexes, and prints how many messages there are. */
    static final class OneLife {
        private OneLife() {}

        public static void main(String[] arguments) throws Exception {
            try (Engine engine = KillableEngine.open(Path.of(arguments[0]))) {
                engine.ensureTopic(TOPIC, TopicType.NORMAL).get(30, TimeUnit.SECONDS);
                long before = count(engine);
                for (int i = 0; i < MESSAGES; i++) {
                    Outcome outcome = engine.send(Message.of("m-" + (before + i), TOPIC, new byte[4000]))
                            .get(30, TimeUnit.SECONDS);
                    if (!(outcome instanceof Outcome.Stored)) {
                        throw new IllegalStateException("not stored: " + outcome);
                    }
                }
                engine.maintain();
                System.out.println(before + " then " + count(engine));
            }
        }

        private static long count(Engine engine) throws Exception {
            return engine.desk().topics().get(30, TimeUnit.SECONDS).stream()
                    .filter(topic -> topic.name().equals(TOPIC))
                    .mapToLong(TopicView::stored)
                    .sum();
        }
    }
}
