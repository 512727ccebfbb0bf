package io.pledgemq.examples.demo;

import javax.sql.DataSource;

/** One service's database, opened so that a commit that returned survives a kill of this process. */
interface Database extends AutoCloseable {

    DataSource dataSource();

    @Override
    void close() throws DemoException;
}
