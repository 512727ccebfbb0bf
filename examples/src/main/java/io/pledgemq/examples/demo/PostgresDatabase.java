package io.pledgemq.examples.demo;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * A PostgreSQL server of our own, with its data in the run's directory, durable: the embedding library turns
 * {@code fsync} and {@code synchronous_commit} off, here both are on. A server that outlived a killed run is stopped
 * first. Keys are compared byte by byte (locale C).
 */
final class PostgresDatabase implements Database {

    /** Written after the first successful start; without it the directory holds nothing but a broken initdb. */
    private static final String READY = "READY";

    private static final Duration STARTUP_WAIT = Duration.ofSeconds(60);

    private final EmbeddedPostgres server;
    private final HikariDataSource pool;
    private final Path directory;

    private PostgresDatabase(EmbeddedPostgres server, HikariDataSource pool, Path directory) {
        this.server = server;
        this.pool = pool;
        this.directory = directory;
    }

    static PostgresDatabase open(Path directory) throws DemoException {
        Path data = directory.resolve("data");
        try {
            OldPostmaster.stop(data);
            if (!Files.exists(directory.resolve(READY))) {
                delete(data);
            }
            Files.createDirectories(data);
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setPGStartupWait(STARTUP_WAIT)
                    .setLocaleConfig("locale", "C")
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("max_connections", "100")
                    .start();
            String url = server.getJdbcUrl("postgres", "postgres");
            HikariDataSource pool = Databases.pool(url, "postgres-" + directory.getFileName());
            Files.write(directory.resolve(READY), new byte[0]);
            return new PostgresDatabase(server, pool, directory);
        } catch (IOException | IllegalStateException | PoolInitializationException e) {
            throw new DemoException(
                    "Cannot start PostgreSQL in " + data + ".",
                    e,
                    "see the lines above, or use --db h2 with a new --data.");
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(directory)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }

    @Override
    public DataSource dataSource() {
        return pool;
    }

    @Override
    public void close() throws DemoException {
        pool.close();
        try {
            server.close();
        } catch (IOException e) {
            throw new DemoException(
                    "Cannot stop PostgreSQL in " + directory + ".", e, "the next run with this --data stops it.");
        }
    }
}
