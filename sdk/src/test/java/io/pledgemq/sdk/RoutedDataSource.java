package io.pledgemq.sdk;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Leads to one database or to another, as a routing or per-tenant data source does. */
final class RoutedDataSource extends OnlyConnections {
    private final DataSource usual;
    private final DataSource other;
    volatile boolean toOther;

    RoutedDataSource(DataSource usual, DataSource other) {
        this.usual = usual;
        this.other = other;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return toOther ? other.getConnection() : usual.getConnection();
    }
}
