package io.pledgemq.examples.demo;

/**
 * Says what goes wrong for which order, from a seed alone: the same after a restart and in any order of asking. Each of
 * the five steps of an order that can fail does so with the given chance, independently of the others; a failing
 * handler fails in one of three ways. At 0 percent nothing goes wrong.
 */
final class FaultPlan {

    /** What happens in the warehouse's handler. */
    enum HandlerFault {
        NONE,
        /** The first attempts fail, a later one succeeds. */
        FAILS_AT_FIRST,
        /** Every attempt fails until a person retries the dead letter. */
        FAILS_FOR_EVER,
        /** The first attempt takes longer than its lease. */
        OUTLIVES_LEASE
    }

    private enum Step {
        PREPARE,
        LOCAL_TRANSACTION,
        DECISION,
        HANDLER,
        HANDLER_KIND,
        HANDLER_FAILURES,
        ACK
    }

    private static final int MAX_HANDLER_FAILURES = 3;

    private final long seed;
    private final int percent;

    /**
     * Makes a plan.
     *
     * @param percent chance of each step to fail, 0 to 100
     */
    FaultPlan(long seed, int percent) {
        this.seed = seed;
        this.percent = percent;
    }

    /**
     * Whether the engine refuses the prepare of this try (from 1) to place the order; the third try always succeeds.
     */
    boolean prepareRefused(String orderId, int placing) {
        return placing == 1
                ? happens(orderId, Step.PREPARE)
                : placing == 2 && happens(orderId, Step.PREPARE) && number(orderId, Step.PREPARE) % 4 == 0;
    }

    /** Whether the order service's own transaction fails, which refuses the order. */
    boolean localTransactionFails(String orderId) {
        return happens(orderId, Step.LOCAL_TRANSACTION);
    }

    /** Whether the decision, commit or rollback, never reaches the engine, so that a check has to find out. */
    boolean decisionLost(String orderId) {
        return happens(orderId, Step.DECISION);
    }

    HandlerFault handler(String orderId) {
        if (!happens(orderId, Step.HANDLER)) {
            return HandlerFault.NONE;
        }
        long kind = Long.remainderUnsigned(number(orderId, Step.HANDLER_KIND), 10);
        if (kind < 6) {
            return HandlerFault.FAILS_AT_FIRST;
        }
        return kind < 8 ? HandlerFault.FAILS_FOR_EVER : HandlerFault.OUTLIVES_LEASE;
    }

    /** How many attempts fail at first, 1 to 3, for {@link HandlerFault#FAILS_AT_FIRST}. */
    int failuresAtFirst(String orderId) {
        return 1 + (int) Long.remainderUnsigned(number(orderId, Step.HANDLER_FAILURES), MAX_HANDLER_FAILURES);
    }

    /** Whether the acknowledgement of the first attempt is lost although the handler's transaction committed. */
    boolean ackLost(String orderId) {
        return happens(orderId, Step.ACK);
    }

    private boolean happens(String orderId, Step step) {
        return Long.remainderUnsigned(number(orderId, step) >>> 8, 100) < percent;
    }

    private long number(String orderId, Step step) {
        return Mix.of(Mix.of(seed, step.name()), orderId);
    }
}
