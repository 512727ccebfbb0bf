package io.pledgemq.server.http;

import io.pledgemq.engine.view.EngineStats;
import io.pledgemq.engine.view.SubscriptionView;
import io.pledgemq.server.config.Version;
import io.pledgemq.server.health.Concern;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** The state of the server. */
final class ServerRoutes {
    private final AdminParts parts;
    private final Instant startedAt = Instant.now();
    private final long startedNanos = System.nanoTime();

    ServerRoutes(AdminParts parts) {
        this.parts = parts;
    }

    /**
     * How the server is.
     *
     * @param healthy whether nothing needs a person
     * @param problems what a person should look at, in words; none if it is healthy
     * @param logBytes size of the engine's log
     * @param commands logged since the start
     * @param forces of the log since the start
     * @param undecided half messages, parked ones included
     * @param dead open dead letters in all groups
     * @param authentication whether messaging clients must prove who they are
     * @param attention the problems with their counts, and the command that shows each
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
            boolean insecure,
            List<ConcernAnswer> attention) {}

    /**
     * Something that needs a person.
     *
     * @param code for programs, such as dead-letters; never changes its meaning
     * @param count of what it is about
     * @param what and why, in words
     * @param next command that shows it, or helps
     */
    record ConcernAnswer(String code, long count, String what, String next) {
        static ConcernAnswer of(Concern concern) {
            return new ConcernAnswer(concern.code().spelling(), concern.count(), concern.text(), concern.command());
        }
    }

    Stream<Route> routes() {
        return Stream.of(Route.get("/server", "server.status")
                .does("Tells how the server is.")
                .answers(StatusAnswer.class, this::status));
    }

    private StatusAnswer status(Call call) throws AdminProblem {
        EngineStats stats = parts.engine().desk().stats().join();
        Path data = parts.config().data().toAbsolutePath().normalize();
        FileStore disk = disk(data);
        List<ConcernAnswer> attention =
                parts.attention().now(stats).stream().map(ConcernAnswer::of).toList();
        return new StatusAnswer(
                attention.isEmpty(),
                attention.stream().map(ConcernAnswer::what).toList(),
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
                parts.config().access().insecure(),
                attention);
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
