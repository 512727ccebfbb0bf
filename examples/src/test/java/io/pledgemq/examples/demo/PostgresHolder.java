package io.pledgemq.examples.demo;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;

/** A process that opens a database, commits a row, says so, and waits to be killed. */
final class PostgresHolder {

    private PostgresHolder() {}

    public static void main(String[] args) throws Exception {
        PostgresDatabase database = PostgresDatabase.open(Path.of(args[0]));
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE kept (n INTEGER)");
            statement.execute("INSERT INTO kept VALUES (42)");
        }
        System.out.println("READY");
        new CountDownLatch(1).await();
    }
}
