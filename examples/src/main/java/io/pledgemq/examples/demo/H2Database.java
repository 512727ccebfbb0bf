package io.pledgemq.examples.demo;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * An H2 file. H2 writes a commit up to half a second later by default and loses it when the process is killed; here it
 * is opened with {@code WRITE_DELAY=0}, and opening fails if H2 says that this is not in force. Its sessions take
 * turns, see {@link H2Turns}.
 */
final class H2Database implements Database {

    private final HikariDataSource pool;
    private final H2Turns turns = new H2Turns();
    private final DataSource inTurns;

    private H2Database(HikariDataSource pool) {
        this.pool = pool;
        this.inTurns = turns.of(pool);
    }

    static H2Database open(Path file) throws DemoException {
        String url = "jdbc:h2:file:" + file + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0;LOCK_TIMEOUT="
                + H2Turns.LOCK_TIMEOUT_IN_H2_MS;
        try {
            HikariDataSource pool = Databases.pool(url, "h2-" + file.getFileName());
            refuseWriteDelay(file, pool);
            return new H2Database(pool);
        } catch (PoolInitializationException | SQLException e) {
            throw new DemoException(
                    "Cannot open the database " + file + ".mv.db.", e, "choose another directory with --data.");
        }
    }

    private static void refuseWriteDelay(Path file, HikariDataSource pool) throws DemoException, SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS"
                        + " WHERE SETTING_NAME = 'WRITE_DELAY'")) {
            String writeDelay = row.next() ? row.getString(1) : "unknown";
            if (!writeDelay.equals("0")) {
                pool.close();
                throw new DemoException(
                        "The database " + file + ".mv.db would lose commits when the process is killed.",
                        "its WRITE_DELAY is " + writeDelay + " ms; expected 0.",
                        "choose another directory with --data.");
            }
        }
    }

    @Override
    public DataSource dataSource() {
        return inTurns;
    }

    @Override
    public void close() {
        pool.close();
        turns.close();
    }
}
