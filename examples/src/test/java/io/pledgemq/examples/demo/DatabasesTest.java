package io.pledgemq.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabasesTest {

    private final Path directory;

    DatabasesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void h2WritesEveryCommitAtOnce() throws DemoException, SQLException {
        try (H2Database database = H2Database.open(directory.resolve("orders"))) {
            assertThat(answer(
                            database.dataSource(),
                            "SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS WHERE SETTING_NAME = 'WRITE_DELAY'"))
                    .isEqualTo("0");
        }
    }

    @Test
    void postgresIsDurableAndSortsByBytes() throws DemoException, SQLException {
        try (PostgresDatabase database = PostgresDatabase.open(directory.resolve("orders"))) {
            DataSource source = database.dataSource();
            assertThat(answer(source, "SHOW fsync")).isEqualTo("on");
            assertThat(answer(source, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(answer(source, "SELECT 'B' < 'a'")).isEqualTo("t");
        }
        assertThat(directory.resolve("orders/data/postmaster.pid")).doesNotExist();
    }

    @Test
    void aServerThatOutlivedAKilledRunIsStoppedAndItsCommitsAreKept() throws Exception {
        Path orders = directory.resolve("orders");
        Process killed = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        PostgresHolder.class.getName(),
                        orders.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader said = killed.inputReader(StandardCharsets.UTF_8)) {
            assertThat(said.lines().anyMatch("READY"::equals)).isTrue();
        } finally {
            assertThat(killed.destroyForcibly().waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        ProcessHandle old = OldPostmaster.find(orders.resolve("data")).orElseThrow();

        try (PostgresDatabase database = PostgresDatabase.open(orders)) {
            assertThat(answer(database.dataSource(), "SELECT n FROM kept")).isEqualTo("42");
            assertThat(OldPostmaster.find(orders.resolve("data")).orElseThrow().pid())
                    .isNotEqualTo(old.pid());
        }
    }

    @Test
    void aProcessThatOnlyHasThePidOfAnOldServerIsLeftAlone() throws IOException {
        Files.writeString(
                directory.resolve("postmaster.pid"), ProcessHandle.current().pid() + "\n" + directory + "\n");

        assertThat(OldPostmaster.find(directory)).isEmpty();
        OldPostmaster.stop(directory);
    }

    @Test
    void aHalfMadeDirectoryIsMadeAgain() throws IOException, DemoException, SQLException {
        Files.createDirectories(directory.resolve("orders/data/base"));
        Files.writeString(directory.resolve("orders/data/postgresql.conf"), "# initdb was killed here");

        try (PostgresDatabase database = PostgresDatabase.open(directory.resolve("orders"))) {
            assertThat(answer(database.dataSource(), "SELECT 1")).isEqualTo("1");
        }
    }

    private static String answer(DataSource database, String query) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
