package io.pledgemq.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pledgemq.examples.order.Order;
import io.pledgemq.examples.order.OrderCreated;
import io.pledgemq.examples.order.OrderStore;
import io.pledgemq.examples.warehouse.Warehouse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The command around a job that does without messages, so that everything but the messages is shown here. */
class DemoCommandTest {

    private final Path directory;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final ByteArrayOutputStream talk = new ByteArrayOutputStream();

    /** Takes orders straight to the stock; leaves out what it is told to, and dies when told to. */
    private static final class DirectJob implements OrderJob {
        private int dieAfter = Integer.MAX_VALUE;
        private int forgetStockOf = -1;
        private int parkAt = -1;

        @Override
        public Outcome run(Workplace workplace) throws DemoException {
            List<Parked> parked = List.of();
            try (Connection a = workplace.databases().orders().dataSource().getConnection();
                    Connection b =
                            workplace.databases().warehouse().dataSource().getConnection()) {
                Set<String> decided = new OrderStore().decided(a);
                for (int i = 0; i < workplace.orders().size(); i++) {
                    Order order = workplace.orders().get(i);
                    if (i == parkAt) {
                        parked = List.of(new Parked(order.id(), "m-1", "no shelf", false));
                    }
                    if (i >= dieAfter) {
                        throw new DemoException("Killed.", "planted", "go on");
                    }
                    if (decided.contains(order.id())) {
                        continue;
                    }
                    if (workplace.settings().faultPlan().localTransactionFails(order.id())) {
                        new OrderStore().refuse(a, order.id(), "planted");
                        continue;
                    }
                    new OrderStore().insert(a, order);
                    if (i != forgetStockOf && i != parkAt) {
                        new Warehouse().take(b, OrderCreated.of(order));
                    }
                }
            } catch (SQLException e) {
                throw new DemoException("Job failed.", e, "see the test");
            }
            return new Outcome(new EngineFigures(1, 2, parked.size()), parked, Set.of());
        }
    }

    private final DirectJob job = new DirectJob();

    DemoCommandTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void aGoodRunEndsWithZeroAndALineOfJson() throws IOException {
        int code = run("--count", "50", "--faults", "20", "--json");

        assertThat(err.toString()).isEmpty();
        assertThat(code).isZero();
        JsonNode json = json();
        assertThat(json.get("orders").asInt()).isEqualTo(50);
        assertThat(json.get("rejected").asInt()).isPositive();
        assertThat(json.get("confirmed").asInt() + json.get("rejected").asInt()).isEqualTo(50);
        assertThat(json.fieldNames())
                .toIterable()
                .contains(
                        "undecidedResolved",
                        "redeliveries",
                        "deadLetters",
                        "compensated",
                        "stockMovements",
                        "missing",
                        "duplicated",
                        "seconds",
                        "consistent");
        assertThat(talk.toString(StandardCharsets.UTF_8)).contains("CONSISTENT");
    }

    @Test
    void aRunThatLosesStockEndsWithOneAndSaysWhatIsMissing() {
        job.forgetStockOf = 3;

        assertThat(run("--count", "10")).isEqualTo(1);
        assertThat(out.toString())
                .contains("NOT CONSISTENT")
                .contains("ORD-0000004 line 1")
                .contains("no stock was taken");
    }

    @Test
    void aStoppedRunIsContinuedWithItsOwnPlanAndNothingIsDoneTwice() throws IOException {
        job.dieAfter = 20;
        assertThat(run("--count", "50", "--faults", "30", "--seed", "9")).isEqualTo(1);
        assertThat(err.toString()).contains("Killed.");

        job.dieAfter = Integer.MAX_VALUE;
        assertThat(run("--json")).isZero();
        assertThat(json().get("orders").asInt()).isEqualTo(50);
        assertThat(json().get("rejected").asInt()).isEqualTo((int) new OrderGenerator(50, 9)
                .ids().stream()
                        .filter(new FaultPlan(9, 30)::localTransactionFails)
                        .count());
    }

    @Test
    void contraryOptionsAreRefusedOnContinuing() {
        run("--count", "5", "--faults", "10");

        assertThat(run("--count", "6", "--faults", "20")).isEqualTo(1);
        assertThat(err.toString())
                .contains("it began with other options: orders was count:5, now count:6; faults was 10, now 20")
                .contains("choose another directory");
        assertThat(run("--on-exhausted", "compensate")).as("may change").isZero();
    }

    @Test
    void aUsersFileMustNotChangeBetweenStarts() throws IOException {
        Path file = Files.writeString(directory.resolve("my.csv"), OrderCsv.text(new OrderGenerator(3, 1)));
        assertThat(run("--orders", file.toString())).isZero();

        Files.writeString(file, OrderCsv.text(new OrderGenerator(4, 1)));
        assertThat(run()).isEqualTo(1);
        assertThat(err.toString()).contains("the file has changed since the run began");
        assertThat(run("--orders", file.toString()))
                .as("also if it is named again")
                .isEqualTo(1);
        assertThat(err.toString())
                .contains("the file has changed since the run began", "put the old file back")
                .doesNotContain("orders-digest");
    }

    @Test
    void aUsersFileThatIsGoneMustBePutBack() throws IOException {
        Path file = Files.writeString(directory.resolve("my.csv"), OrderCsv.text(new OrderGenerator(3, 1)));
        assertThat(run("--orders", file.toString())).isZero();
        Files.move(file, directory.resolve("elsewhere.csv"));

        assertThat(run()).isEqualTo(1);
        assertThat(err.toString())
                .contains("there is no such file any more", "put it back, its SHA-256 was ")
                .doesNotContain("--orders");
        assertThat(run("--orders", file.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("A run that is continued needs the file it began with: put it back");

        Files.move(directory.resolve("elsewhere.csv"), file);
        assertThat(run()).isZero();
    }

    @Test
    void aMalformedFileLeavesNothingBehind() throws IOException {
        Path file = Files.writeString(
                directory.resolve("my.csv"),
                OrderCsv.text(new OrderGenerator(3, 1)).replace(",ORD", "") + "X,y\n");

        assertThat(run("--orders", file.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("my.csv, line ").contains("expected 8 columns, found 2");
        assertThat(directory.resolve("data/demo/h2")).doesNotExist();

        Files.writeString(file, OrderCsv.text(new OrderGenerator(3, 1)));
        assertThat(run("--orders", file.toString()))
                .as("corrected, same --data")
                .isZero();
    }

    @Test
    void parkedOrdersAreListedWithTheCommandThatSettlesThem() {
        job.parkAt = 4;

        assertThat(run("--count", "10")).isZero();
        assertThat(talk.toString(StandardCharsets.UTF_8))
                .contains("ORD-0000005  no shelf")
                .contains("./pledgemq dead retry m-1 --data " + directory.resolve("data"));
    }

    @Test
    void aDirectoryInUseIsRefused() throws Exception {
        try (DataDirectory held = DataDirectory.open(directory.resolve("data"))) {
            assertThat(run("--count", "1")).isEqualTo(1);
            assertThat(err.toString())
                    .contains(held.root().toString())
                    .contains("another process is using it (process ");
        }
    }

    @Test
    void aDirectoryThatCannotBeIsRefused() throws IOException {
        Files.writeString(directory.resolve("data"), "a file");

        assertThat(run("--count", "1")).isEqualTo(1);
        assertThat(err.toString()).contains("Cannot use the data directory").contains("--data");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --orderz x        | Possible solutions: --orders
                    --cuont 3 --no-x  | Unknown options: '--cuont', '3', '--no-x'
                    --coutn=5         | Possible solutions: --count
                    --faults 101      | Option --faults: expected a percentage from 0 to 100, found 101
                    --faults many     | 'many' is not an int
                    --count 0         | Option --count: expected a number from 1 to 10000000, found 0
                    --db oracle       | expected one of [H2, POSTGRES]
                    --webhook nowhere | Option --webhook: expected a URL such as
                    --count 1 --orders x | mutually exclusive
                    """)
    void wrongUseIsToldAndEndsWithTwo(String arguments, String expected) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(expected).contains("./pledgemq demo --help");
        assertThat(directory.resolve("data")).doesNotExist();
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine commandLine =
                DemoCommandLine.around(new DemoCommand(job, new PrintStream(talk, true, StandardCharsets.UTF_8)));
        commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--data";
        all[arguments.length + 1] = directory.resolve("data").toString();
        return commandLine.execute(all);
    }

    private JsonNode json() throws IOException {
        String[] lines = out.toString().strip().split("\n");
        assertThat(lines).hasSize(1);
        return new ObjectMapper().readTree(lines[0]);
    }
}
