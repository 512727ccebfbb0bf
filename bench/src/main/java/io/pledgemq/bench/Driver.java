package io.pledgemq.bench;

import org.HdrHistogram.Histogram;

/** Makes load for some time. */
interface Driver {
    /**
     * Latencies in microseconds of all transactions that ended, from the submit of the prepare to the answer to the
     * ack.
     */
    Histogram run(int seconds) throws InterruptedException;
}
