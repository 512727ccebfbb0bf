package io.pledgemq.examples.demo;

import io.pledgemq.examples.order.OrderStore;
import io.pledgemq.examples.warehouse.Warehouse;
import io.pledgemq.sdk.errors.DatabaseException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code demo} command: opens everything, lets the job run, compares the databases, and says what was found. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Places orders in one database and takes their stock in another one, by transactional messages;",
            "breaks things on purpose if asked to; then compares the two databases row by row.",
            "",
            "A run that was stopped, even by kill -9, is continued by the same --data."
        },
        footer = {"", "Exit codes: 0 consistent, 1 not consistent or failed, 2 wrong use."})
final class DemoCommand implements Callable<Integer> {

    private static final Duration WEBHOOK_PAUSE = Duration.ofMillis(500);
    private static final Duration WEBHOOK_LAST_WAIT = Duration.ofSeconds(20);
    private static final int STOCK_PERCENT = 90;

    /** Where the orders come from. */
    static final class Orders {
        @Option(
                names = "--orders",
                paramLabel = "FILE",
                description = "CSV file with orders; default: 1,200 orders that ship with the example")
        @Nullable
        Path file;

        @Option(names = "--count", paramLabel = "N", description = "generate N orders, 1 to 10,000,000")
        @Nullable
        Integer count;
    }

    /** What happens to a message whose handler failed the maximum of attempts. */
    enum OnExhausted {
        PARK,
        COMPENSATE
    }

    private final OrderJob job;
    private final PrintStream talk;

    @Spec
    private @Nullable CommandSpec spec;

    @ArgGroup(exclusive = true)
    private @Nullable Orders orders;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "directory of the run; default: a new one below pledgemq-demo")
    private @Nullable Path data;

    @Option(
            names = "--db",
            paramLabel = "h2|postgres",
            description = "two H2 files (default) or two embedded PostgreSQL servers")
    private @Nullable DatabaseKind db;

    @Option(
            names = "--faults",
            paramLabel = "PERCENT",
            description = "let each step that can fail do so at this rate, 0 (default) to 100")
    private @Nullable Integer faults;

    @Option(
            names = "--on-exhausted",
            paramLabel = "park|compensate",
            description = {
                "when a handler failed for good: keep for a person (default), or undo the order;",
                "may change when a run is continued, then those kept before are undone, too"
            })
    private @Nullable OnExhausted onExhausted;

    @Option(names = "--webhook", paramLabel = "URL", description = "post alerts there as JSON")
    private @Nullable URI webhook;

    @Option(names = "--seed", paramLabel = "N", description = "seed of generated orders and faults; default: 1")
    private @Nullable Long seed;

    @Option(names = "--json", description = "print the result as one line of JSON on stdout, the table on stderr")
    private boolean json;

    DemoCommand(OrderJob job, PrintStream talk) {
        this.job = job;
        this.talk = talk;
    }

    @Override
    public Integer call() throws DemoException, InterruptedException {
        long started = System.nanoTime();
        CommandSpec command = DemoArguments.checked(spec, orders, faults, webhook);
        Map<String, String> given = DemoArguments.given(orders, db, faults, seed, onExhausted);
        try (DataDirectory directory = DataDirectory.open(dataPath())) {
            RunSettings settings = RunSettings.settle(directory, given);
            OrderSource source = DemoArguments.source(settings);
            settings.remember(directory);
            talk.println("data in " + directory.root() + "; to continue: --data " + directory.root());
            talk.println(source.size() + " orders (" + settings.orders() + "), " + settings.plan());
            Report report;
            OrderJob.Outcome outcome;
            try (Databases databases = Databases.open(directory, settings.db())) {
                outcome = run(directory, settings, source, databases);
                report = compared(source, databases, outcome, started);
            }
            PrintWriter out = command.commandLine().getOut();
            if (json) {
                report.print(new PrintWriter(talk, true, StandardCharsets.UTF_8));
                out.println(report.json());
                out.flush();
            } else {
                report.print(out);
            }
            new ParkedList(outcome.parked(), directory.root()).print(talk);
            return report.consistent() ? 0 : 1;
        } catch (SQLException | DatabaseException e) {
            throw new DemoException(
                    "A database failed.", e, "start again with --data to continue; everything confirmed is kept.");
        } catch (IOException e) {
            throw new DemoException("The data directory failed.", e, "check the disk, then start again with --data.");
        }
    }

    private OrderJob.Outcome run(DataDirectory directory, RunSettings settings, OrderSource source, Databases databases)
            throws DemoException, SQLException, InterruptedException {
        prepare(source, databases);
        JobProgress progress = new JobProgress();
        try (AlertPoster poster = webhook == null ? null : new AlertPoster(webhook, WEBHOOK_PAUSE, WEBHOOK_LAST_WAIT);
                Progress shown = new Progress(talk, Progress.onTerminal(), progress);
                AlertLines lines = new AlertLines(shown::say)) {
            shown.start();
            return job.run(
                    new OrderJob.Workplace(directory, settings, source, databases, alerts(lines, poster), progress));
        }
    }

    private static Report compared(OrderSource source, Databases databases, OrderJob.Outcome outcome, long started)
            throws SQLException {
        Set<String> waiting =
                outcome.parked().stream().map(OrderJob.Parked::orderId).collect(Collectors.toSet());
        Findings found = Reconciliation.compare(
                databases.orders().dataSource(),
                databases.warehouse().dataSource(),
                source.ids(),
                waiting,
                outcome.skipped());
        return new Report(source.size(), found, outcome.figures(), Duration.ofNanos(System.nanoTime() - started));
    }

    private static Consumer<Map<String, ?>> alerts(AlertLines lines, @Nullable AlertPoster poster) {
        return alert -> {
            lines.say(alert);
            if (poster != null) {
                poster.post(alert);
            }
        };
    }

    /** Creates tables, and puts less on the shelf than will be ordered, so that back-orders happen. */
    private static void prepare(OrderSource source, Databases databases) throws SQLException {
        try (Connection connection = databases.orders().dataSource().getConnection()) {
            new OrderStore().createTables(connection);
        }
        Map<String, Integer> shelf = new TreeMap<>();
        source.demand().forEach((sku, pieces) -> shelf.put(sku, (int) (pieces * (long) STOCK_PERCENT / 100)));
        try (Connection connection = databases.warehouse().dataSource().getConnection()) {
            Warehouse warehouse = new Warehouse();
            warehouse.createTables(connection);
            connection.setAutoCommit(false);
            warehouse.stockUp(connection, shelf);
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    private Path dataPath() {
        return data != null
                ? data
                : Path.of(
                        "pledgemq-demo",
                        "run-"
                                + DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss-SSS", Locale.ROOT)
                                        .format(LocalDateTime.now(ZoneOffset.UTC)));
    }
}
