package io.pledgemq.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pledgemq.engine.Engine;
import io.pledgemq.engine.EngineConfig;
import io.pledgemq.engine.Failure;
import io.pledgemq.engine.ReceiveRequest;
import io.pledgemq.engine.command.GroupConfig;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.TopicConfig;
import io.pledgemq.engine.command.TopicType;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DeadCommandTest {

    private final Path directory;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    DeadCommandTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** Two messages that failed for good: one with text, one with bytes that are none. */
    @BeforeEach
    void twoDeadLetters() throws IOException {
        try (Engine engine = Engine.open(directory, EngineConfig.defaults())) {
            done(engine.createTopic(new TopicConfig("orders", TopicType.NORMAL)).join());
            done(engine.putGroup(GroupConfig.of("warehouse")).join());
            done(engine.subscribe("warehouse", "orders", true).join());
            byte[] text = "two of SKU-7".getBytes(StandardCharsets.UTF_8);
            done(engine.send(Message.of("m-1", "orders", text).withKey("key-m-1"))
                    .join());
            done(engine.send(Message.of("m-2", "orders", new byte[] {-1, 0}).withKey("key-m-2"))
                    .join());
            Outcome received = engine.receive(
                            new ReceiveRequest(
                                    "warehouse", "orders", "test", 2, Duration.ofSeconds(5), Duration.ofMinutes(1)),
                            null)
                    .join();
            ((Outcome.Received) received)
                    .deliveries()
                    .forEach(delivery -> done(engine.fail(delivery.receipt(), "test", Failure.terminal("no shelf"))
                            .join()));
        }
    }

    @Test
    void deadLettersAreListedWithTheirReason() throws IOException {
        assertThat(run("list")).isZero();
        assertThat(out.toString())
                .contains("m-1")
                .contains("m-2")
                .contains("key-m-1")
                .contains("open")
                .contains("no shelf");

        assertThat(run("list", "-o", "json")).isZero();
        JsonNode first =
                new ObjectMapper().readTree(out.toString().lines().findFirst().orElseThrow());
        assertThat(first.get("id").asText()).as("as of a server").isEqualTo("m-1");
        assertThat(first.get("sizeBytes").asInt()).isEqualTo(12);
        assertThat(first.has("tag")).isTrue();
        assertThat(first.get("group").asText()).isEqualTo("warehouse");
        assertThat(first.get("status").asText()).isEqualTo("open");

        assertThat(run("list", "--group", "other", "-o", "json")).isZero();
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void theListIsNarrowedAsAskedFor() {
        assertThat(run("list", "--key", "key-m-2")).isZero();
        assertThat(out.toString()).contains("m-2").doesNotContain("m-1");
        assertThat(run("list", "--topic", "other")).isZero();
        assertThat(out.toString().lines()).hasSize(1);
        run("retry", "m-1");
        assertThat(run("list", "--status", "redriving")).isZero();
        assertThat(out.toString()).contains("m-1").doesNotContain("m-2");
        assertThat(run("list", "--limit", "1")).isZero();
        assertThat(out.toString().lines()).hasSize(2);
        assertThat(err.toString()).contains("There are more than these 1");
        assertThat(run("list", "--limit", "2")).isZero();
        assertThat(err.toString()).isEmpty();
        assertThat(run("list", "--status", "foo")).isEqualTo(2);
        assertThat(err.toString()).contains("--status is 'foo'");
        assertThat(run("list", "--limit", "0")).isEqualTo(2);
    }

    @Test
    void oneIsShownWithItsBodyAndHistoryAlsoWhenItIsSettled() {
        assertThat(run("show", "m-1")).isZero();
        assertThat(out.toString()).contains("no shelf", "warehouse", "fail").doesNotContain("two of SKU-7");
        assertThat(run("show", "m-1", "--body")).isZero();
        assertThat(out.toString()).contains("two of SKU-7");
        assertThat(run("show", "m-2", "--body", "-o", "json")).isZero();
        assertThat(out.toString()).contains("\"bodyBase64\":\"/wA=\"");
        assertThat(run("skip", "m-1", "--reason", "not ours")).isZero();
        assertThat(run("skip", "m-1")).isEqualTo(3);
        assertThat(out.toString()).contains("not-found", "it may be settled already", "dead show m-1");
        assertThat(run("show", "m-1")).isZero();
        assertThat(out.toString()).contains("SKIP: not ours");
        assertThat(run("skip", "m-2", "--group", "other", "-o", "json")).isEqualTo(3);
        assertThat(out.toString()).contains("no dead letter of group 'other'", "\"result\":\"not-found\"");
        assertThat(run("show", "m-9")).isEqualTo(3);
    }

    @Test
    void whatIsRecordedIsThereAtTheNextStartAndASecondActionIsRefused() {
        assertThat(run("retry", "m-1", "--reason", "shelf is there")).isZero();
        assertThat(out.toString()).contains("m-1 (group warehouse) done");
        assertThat(err.toString()).contains("recorded, and carried out when the application runs");
        run("list");
        assertThat(out.toString().lines().toList())
                .element(0)
                .asString()
                .containsSubsequence("status", "revision", "attempts");
        assertThat(out.toString())
                .as("no attempt of revision 1 yet")
                .containsPattern("m-1 .* redriving +1 +0 +\\S+Z +no shelf")
                .containsPattern("m-2 .* open +0 +1 +\\S+Z +no shelf");

        assertThat(run("skip", "m-1")).isEqualTo(4);
        assertThat(out.toString())
                .contains(
                        "m-1 (group warehouse) refused: ",
                        "; start the application, which applies it or parks it again");
    }

    @Test
    void skippedOnesAreGoneAndCompensatedOnesWaitForTheApplication() {
        assertThat(run("skip", "m-1")).isZero();
        assertThat(run("compensate", "m-2")).isZero();

        run("list");
        assertThat(out.toString()).doesNotContain("m-1").contains("m-2").contains("compensating");

        assertThat(run("retry", "m-2")).isEqualTo(4);
        assertThat(out.toString())
                .contains("end that by hand: ./pledgemq dead close m-2 --reason TEXT --data " + directory);

        assertThat(run("close", "m-2")).isEqualTo(2);
        assertThat(err.toString()).contains("Missing required option: '--reason=TEXT'");
        assertThat(run("close", "m-2", "--reason", "the warehouse is gone, undone by hand"))
                .isZero();
        run("list");
        assertThat(out.toString()).doesNotContain("m-2");
    }

    @Test
    void anUnknownMessageAndADirectoryWithoutALogAreNotFound() {
        assertThat(run("retry", "m-9")).isEqualTo(3);
        assertThat(out.toString()).contains("m-9 not-found: no dead letter has this message id");

        assertThat(execute("dead", "list", "--data", directory.resolve("none").toString()))
                .isEqualTo(3);
        assertThat(err.toString()).contains("is not there");
        assertThat(directory.resolve("none")).doesNotExist();
    }

    @Test
    void wrongUseIsTold() {
        assertThat(execute("dead")).isEqualTo(2);
        assertThat(err.toString()).contains("Which dead command?");
        assertThat(execute("dead", "skip", "m-1", "--endpoint", "http://127.0.0.1:1"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("Missing required option: '--reason=TEXT'");
        assertThat(execute("dead", "retry", "--data", "x")).isEqualTo(2);
        assertThat(execute("dead", "lisst")).isEqualTo(2);
        assertThat(err.toString()).contains("Did you mean list");
        assertThat(execute("dead", "list", "--dta", "x")).isEqualTo(2);
        assertThat(err.toString()).contains("Did you mean --data");
    }

    private static void done(Outcome outcome) {
        assertThat(outcome).isNotInstanceOf(Outcome.Refused.class);
    }

    private int run(String command, String... arguments) {
        String[] all = new String[arguments.length + 4];
        all[0] = "dead";
        all[1] = command;
        all[2] = "--data";
        all[3] = directory.toString();
        System.arraycopy(arguments, 0, all, 4, arguments.length);
        return execute(all);
    }

    private int execute(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return commandLine.execute(arguments);
    }
}
