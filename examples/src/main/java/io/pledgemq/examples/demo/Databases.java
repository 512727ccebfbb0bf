package io.pledgemq.examples.demo;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/** The two databases of a run, one for each service: two H2 files, or two PostgreSQL servers. */
record Databases(Database orders, Database warehouse) implements AutoCloseable {

    /** The most connections one service uses at a time. */
    static final int POOL_SIZE = 40;

    static Databases open(DataDirectory directory, DatabaseKind kind) throws DemoException {
        Database orders = open(directory, kind, "orders");
        try {
            return new Databases(orders, open(directory, kind, "warehouse"));
        } catch (DemoException e) {
            orders.close();
            throw e;
        }
    }

    private static Database open(DataDirectory directory, DatabaseKind kind, String name) throws DemoException {
        return switch (kind) {
            case H2 -> H2Database.open(directory.demo().resolve("h2").resolve(name));
            case POSTGRES ->
                PostgresDatabase.open(directory.demo().resolve("postgres").resolve(name));
        };
    }

    static HikariDataSource pool(String url, String name) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setPoolName(name);
        config.setMaximumPoolSize(POOL_SIZE);
        config.setMinimumIdle(1);
        return new HikariDataSource(config);
    }

    @Override
    public void close() throws DemoException {
        try (orders) {
            warehouse.close();
        }
    }
}
