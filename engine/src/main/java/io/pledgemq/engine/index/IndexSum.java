package io.pledgemq.engine.index;

/** Count and sum of records: the same in any order. */
final class IndexSum {
    private long records;
    private long sum;

    void add(long record) {
        records++;
        sum += IndexKey.mix(record);
    }

    long records() {
        return records;
    }

    long sum() {
        return sum;
    }

    boolean sameAs(IndexSum other) {
        return records == other.records && sum == other.sum;
    }
}
