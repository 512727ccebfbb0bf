package io.pledgemq.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pledgemq.examples.demo.FaultPlan.HandlerFault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The whole demo with every fault, on an engine that lives in memory. */
@Timeout(120)
class SdkOrderJobTest {

    private static final int ORDERS = 300;
    private static final int PERCENT = 20;
    private static final long SEED = 5;

    private final Path directory;
    private final StringWriter out = new StringWriter();
    private final ByteArrayOutputStream talk = new ByteArrayOutputStream();
    private final FaultPlan plan = new FaultPlan(SEED, PERCENT);

    SdkOrderJobTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void withEveryFaultTheDatabasesAgreeAndWhatFailsForEverIsParked() throws IOException {
        JsonNode json = run("park");

        assertThat(json.get("consistent").asBoolean())
                .as(talk.toString(StandardCharsets.UTF_8))
                .isTrue();
        assertThat(json.get("rejected").asInt()).isEqualTo(count(plan::localTransactionFails));
        assertThat(json.get("confirmed").asInt()).isEqualTo(ORDERS - count(plan::localTransactionFails));
        assertThat(json.get("parked").asInt()).isEqualTo(count(this::failsForEver));
        assertThat(json.get("deadLetters").asInt()).isEqualTo(count(this::failsForEver));
        assertThat(json.get("undecidedResolved").asInt()).isGreaterThanOrEqualTo(count(plan::decisionLost));
        assertThat(json.get("redeliveries").asInt())
                .isGreaterThanOrEqualTo(count(id -> !plan.localTransactionFails(id)
                        && (plan.ackLost(id) || plan.handler(id) == HandlerFault.OUTLIVES_LEASE)));
    }

    @Test
    void whatFailsForEverIsUndoneIfTheUserChoseSo() throws IOException {
        JsonNode json = run("compensate");

        assertThat(json.get("consistent").asBoolean())
                .as(talk.toString(StandardCharsets.UTF_8))
                .isTrue();
        assertThat(json.get("compensated").asInt()).isEqualTo(count(this::failsForEver));
        assertThat(json.get("parked").asInt()).isZero();
    }

    private boolean failsForEver(String orderId) {
        return !plan.localTransactionFails(orderId) && plan.handler(orderId) == HandlerFault.FAILS_FOR_EVER;
    }

    private static int count(Predicate<String> fault) {
        return (int)
                new OrderGenerator(ORDERS, SEED).ids().stream().filter(fault).count();
    }

    private JsonNode run(String onExhausted) throws IOException {
        OrderJob job = new SdkOrderJob((data, alerts) -> new MemoryDesk());
        CommandLine line =
                DemoCommandLine.around(new DemoCommand(job, new PrintStream(talk, true, StandardCharsets.UTF_8)));
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(talk, true, StandardCharsets.UTF_8));
        line.execute(
                "--count",
                "" + ORDERS,
                "--faults",
                "" + PERCENT,
                "--seed",
                "" + SEED,
                "--on-exhausted",
                onExhausted,
                "--json",
                "--data",
                directory.resolve("data").toString());
        return new ObjectMapper().readTree(out.toString());
    }
}
