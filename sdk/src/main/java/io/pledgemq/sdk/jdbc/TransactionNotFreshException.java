package io.pledgemq.sdk.jdbc;

import java.sql.SQLException;

/** The transaction has written something before it was marked, so nobody would notice that it ended in between. */
public final class TransactionNotFreshException extends SQLException {
    private static final long serialVersionUID = 1;

    TransactionNotFreshException() {
        super("this transaction has written something already");
    }
}
