package io.pledgemq.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pledgemq.engine.Engine;
import io.pledgemq.engine.EngineConfig;
import io.pledgemq.engine.OperatorDesk;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.engine.view.DeadLetterView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The whole demo on the engine itself, continued after a person has decided something in between. */
@Timeout(120)
class ContinuedRunTest {

    private static final int ORDERS = 40;
    private static final int PERCENT = 20;
    private static final long SEED = 5;

    private final Path data;
    private final ByteArrayOutputStream talk = new ByteArrayOutputStream();
    private JsonNode first = new ObjectMapper().createObjectNode();

    ContinuedRunTest(@TempDir Path directory) {
        this.data = directory.resolve("data");
    }

    /** At least two orders are parked. */
    @BeforeEach
    void aRunThatParksOrders() throws IOException {
        first = run("--count", "" + ORDERS, "--faults", "" + PERCENT, "--seed", "" + SEED);
        assertThat(first.get("consistent").asBoolean()).as(talk()).isTrue();
        assertThat(first.get("parked").asInt()).as(talk()).isGreaterThanOrEqualTo(2);
        assertThat(first.get("undecidedResolved").asInt()).as(talk()).isPositive();
    }

    @Test
    void anOrderThatAPersonSkippedIsSettledWithoutItsStock() throws IOException {
        skipOne("broken on arrival");

        JsonNode continued = run();

        assertThat(continued.get("consistent").asBoolean()).as(talk()).isTrue();
        assertThat(continued.get("skipped").asInt()).isEqualTo(1);
        assertThat(continued.get("parked").asInt())
                .isEqualTo(first.get("parked").asInt() - 1);
        assertThat(continued.get("missing").asInt()).isZero();
        assertThat(continued.get("undecidedResolved")).as("of all starts").isEqualTo(first.get("undecidedResolved"));
        assertThat(continued.get("redeliveries")).isEqualTo(first.get("redeliveries"));
        assertThat(continued.get("deadLetters")).isEqualTo(first.get("deadLetters"));

        skipOne("");
        assertThat(run().get("skipped").asInt())
                .as("also of the start before, also without a reason")
                .isEqualTo(2);
    }

    @Test
    void whatWasParkedIsUndoneWhenTheRunGoesOnWithCompensation() throws IOException {
        JsonNode continued = run("--on-exhausted", "compensate");

        assertThat(continued.get("consistent").asBoolean()).as(talk()).isTrue();
        assertThat(continued.get("compensated")).isEqualTo(first.get("parked"));
        assertThat(continued.get("parked").asInt()).isZero();
    }

    private void skipOne(String reason) throws IOException {
        try (Engine engine = Engine.open(data, EngineConfig.defaults())) {
            OperatorDesk desk = engine.desk();
            DeadLetterView dead =
                    desk.deadLetters(SdkOrderJob.GROUP, 0, 1).items().get(0);
            assertThat(desk.skip(dead, Party.operator("anna", reason)).join()).isEqualTo(Outcome.DONE);
        }
    }

    private String talk() {
        return talk.toString(StandardCharsets.UTF_8);
    }

    private JsonNode run(String... arguments) throws IOException {
        StringWriter out = new StringWriter();
        OrderJob job = new SdkOrderJob(EmbeddedDesk::open);
        CommandLine line =
                DemoCommandLine.around(new DemoCommand(job, new PrintStream(talk, true, StandardCharsets.UTF_8)));
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(talk, true, StandardCharsets.UTF_8));
        line.execute(Stream.concat(Stream.of(arguments), Stream.of("--json", "--data", data.toString()))
                .toArray(String[]::new));
        return new ObjectMapper().readTree(out.toString());
    }
}
