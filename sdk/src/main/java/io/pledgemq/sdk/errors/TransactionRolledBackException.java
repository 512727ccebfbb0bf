package io.pledgemq.sdk.errors;

import org.jspecify.annotations.Nullable;

/** The local transaction certainly did not commit, and none of its messages will be delivered. It can be repeated. */
public final class TransactionRolledBackException extends PledgeException {
    private static final long serialVersionUID = 1;

    public TransactionRolledBackException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
