package io.pledgemq.server.http;

import io.pledgemq.engine.command.Limits;
import io.pledgemq.engine.view.EngineStats;
import io.pledgemq.engine.view.SubscriptionView;
import io.pledgemq.server.config.Version;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How the server is. */
final class ServerRoutes {
    /** Names in one problem. */
    private static final int NAMES = 20;

    private final AdminParts parts;
    private final Instant startedAt = Instant.now();
    private final long startedNanos = System.nanoTime();

    ServerRoutes(AdminParts parts) {
        this.parts = parts;
    }

    /**
     * How the server is.
     *
     * @param problems what a person should look at, in words; none if it is healthy
     * @param logBytes size of the engine's log
     * @param commands logged since the start
     * @param forces of the log since the start
     * @param undecided half messages, parked ones included
     * @param dead open dead letters in all groups
     * @param authentication whether messaging clients must prove who they are
     */
    record StatusAnswer(
            boolean healthy,
            List<String> problems,
            String version,
            String java,
            String startedAt,
            long uptimeSeconds,
            String data,
            long diskTotalBytes,
            long diskFreeBytes,
            boolean diskFull,
            long logBytes,
            long commands,
            long forces,
            int topics,
            int groups,
            int clients,
            int undecided,
            int parked,
            long lag,
            long dead,
            boolean authentication,
            boolean insecure) {}

    Stream<Route> routes() {
        return Stream.of(Route.get("/server", "server.status")
                .does("Tells how the server is.")
                .answers(StatusAnswer.class, this::status));
    }

    private StatusAnswer status(Call call) throws AdminProblem {
        EngineStats stats = parts.engine().desk().stats().join();
        Path data = parts.config().data().toAbsolutePath().normalize();
        FileStore disk = disk(data);
        List<String> problems = problems(stats);
        return new StatusAnswer(
                problems.isEmpty(),
                problems,
                Version.text(),
                System.getProperty("java.version", "unknown"),
                startedAt.toString(),
                (System.nanoTime() - startedNanos) / 1_000_000_000,
                data.toString(),
                bytes(disk, true),
                bytes(disk, false),
                stats.diskFull(),
                stats.logBytes(),
                stats.commands(),
                stats.forces(),
                stats.topics().size(),
                parts.catalog().groups().size(),
                parts.clients().all().size(),
                stats.undecided(),
                stats.parked(),
                stats.subscriptions().stream().mapToLong(SubscriptionView::lag).sum(),
                stats.subscriptions().stream().mapToLong(SubscriptionView::dead).sum(),
                parts.config().access().authentication(),
                parts.config().access().insecure());
    }

    private List<String> problems(EngineStats stats) {
        List<String> problems = new ArrayList<>();
        if (stats.diskFull()) {
            problems.add("the disk is full: new messages are refused until space returns");
        }
        memory(stats).ifPresent(problems::add);
        List<String> full = stats.groups().stream()
                .filter(group -> group.subscriptions().stream().anyMatch(SubscriptionView::full))
                .map(group -> group.config().name())
                .toList();
        if (!full.isEmpty()) {
            problems.add("so much is not settled that these groups get nothing new, limits.unsettled"
                    + " or limits.unsettled-per-subscription: "
                    + full.stream().limit(NAMES).collect(Collectors.joining(", "))
                    + (full.size() > NAMES ? " and " + (full.size() - NAMES) + " more" : ""));
        }
        parts.audit()
                .trouble()
                .ifPresent(why ->
                        problems.add("the audit log cannot be written, so administrative changes are refused: " + why));
        return problems;
    }

    private static Optional<String> memory(EngineStats stats) {
        Limits.Rows limits = stats.limits();
        if (stats.pending() >= limits.pending()) {
            return Optional.of("limits.pending=" + limits.pending() + " is reached: new half messages and delayed ones"
                    + " are refused until some are decided or delivered");
        }
        if (stats.kept() >= limits.kept()) {
            return Optional.of("limits.kept=" + limits.kept()
                    + " is reached: new messages are refused until groups have got" + " what topics keep for them");
        }
        return stats.waitingForTheirTime() >= limits.delayed()
                ? Optional.of("limits.delayed=" + limits.delayed() + " is reached: new delayed messages are refused")
                : Optional.empty();
    }

    private static FileStore disk(Path data) throws AdminProblem {
        try {
            return Files.getFileStore(data);
        } catch (IOException e) {
            throw unreadable(data, e);
        }
    }

    private long bytes(FileStore disk, boolean total) throws AdminProblem {
        try {
            return total ? disk.getTotalSpace() : disk.getUsableSpace();
        } catch (IOException e) {
            throw unreadable(parts.config().data(), e);
        }
    }

    private static AdminProblem unreadable(Path data, IOException e) {
        return AdminProblem.unavailable(
                "DISK_UNREADABLE", "the disk of " + data + " cannot be asked: " + e, "look after that disk.");
    }
}
