package io.pledgemq.sdk;

/** What a transaction does. Returning commits, throwing rolls back. */
@FunctionalInterface
public interface TransactionWork<X extends Exception> {
    void run(Transaction tx) throws X;
}
