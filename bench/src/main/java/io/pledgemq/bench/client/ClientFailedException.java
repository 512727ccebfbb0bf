package io.pledgemq.bench.client;

import java.util.Objects;

/** The official client could not work against the endpoint, or not begin to. */
public final class ClientFailedException extends Exception {
    private static final long serialVersionUID = 1;

    ClientFailedException(Throwable cause) {
        super(Objects.requireNonNullElseGet(rootOf(cause).getMessage(), rootOf(cause)::toString), cause);
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
