package io.pledgemq.sdk;

/** What a transaction does, with a result. Returning commits, throwing rolls back. */
@FunctionalInterface
public interface TransactionCall<R, X extends Exception> {
    R call(Transaction tx) throws X;
}
