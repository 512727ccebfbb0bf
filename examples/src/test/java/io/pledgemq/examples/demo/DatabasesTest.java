package io.pledgemq.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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

    private static String answer(DataSource database, String query) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
