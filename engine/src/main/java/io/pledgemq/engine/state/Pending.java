package io.pledgemq.engine.state;

/**
 * Messages that are stored but not published: undecided, parked, or delayed. One row each.
 *
 * <pre>
 * column 0  high half of the message id (a free row: next free slot)
 *        1  low half
 *        2  transaction id: position of the message in the log when it was stored
 *        3  due: engine ms of the next check (undecided), wall ms of delivery (delayed)
 *        4  hash of the sender's service
 *        5  hash of the sender's instance
 *        6  topic id (32 bits) | checks counted (16) | flags (8) | state (8); flags: 1 = others of the topic may be
 *           asked, 2 = ordered: later ordered messages of its group are published after it, 4 = alerted that it is parked, 16 to 240 = consecutive checks that got only silence, up to 15
 *        7  hash of the message group, 0 without
 *        8  wall ms before which it is not delivered, 0 = at once
 *        9  wall ms when it was stored
 *       10  position: position of the message in the log now (it may have been carried forward)
 * </pre>
 */
public final class Pending {
    public static final int FREE = 0;
    public static final int UNDECIDED = 1;
    /** Undecided after the maximum of checks: waits for a person. */
    public static final int PARKED = 2;

    public static final int DELAYED = 3;
    /** Published as soon as the ordered messages before it in its message group are decided. */
    public static final int COMMITTED = 4;

    static final int STRIDE = 11;
    private static final int MAX_CHECKS = 0xffff;
    private static final long FLAGS = 0xff00;
    private static final long OTHERS_OF_TOPIC = 1 << 8;
    private static final long ORDERED = 2 << 8;
    private static final long PARKED_ALERTED = 4 << 8;
    private static final int SILENCES_SHIFT = 12;
    private static final int MAX_SILENCES = 15;

    final SlotTable table;
    private final IdIndex index;
    private int parked;
    private int delayed;
    private int committed;

    Pending(SlotTable table) {
        this.table = table;
        this.index = new IdIndex(slot -> table.get(slot, 0), slot -> table.get(slot, 1));
        for (int slot = 0; slot < table.end(); slot++) {
            if (state(slot) != FREE) {
                index.put(slot);
            }
            count(state(slot), 1);
        }
    }

    int add(long idHigh, long idLow, long position) {
        int slot = table.allocate();
        table.set(slot, 0, idHigh);
        table.set(slot, 1, idLow);
        table.set(slot, 2, position);
        table.set(slot, 6, FREE);
        table.set(slot, 10, position);
        index.put(slot);
        return slot;
    }

    void remove(int slot) {
        index.remove(slot);
        kind(slot, 0, 0, FREE);
        table.free(slot);
    }

    /** The slot that holds this message, or -1. */
    public int find(long idHigh, long idLow) {
        return index.find(idHigh, idLow);
    }

    /** Returns whether the slot is in use for this transaction. */
    public boolean holds(int slot, long transactionId) {
        return slot >= 0 && slot < table.end() && state(slot) != FREE && transactionId(slot) == transactionId;
    }

    public int used() {
        return table.used();
    }

    public int end() {
        return table.end();
    }

    private void count(int state, int by) {
        parked += state == PARKED ? by : 0;
        delayed += state == DELAYED ? by : 0;
        committed += state == COMMITTED ? by : 0;
    }

    /** How many wait for their delivery time. */
    public int delayed() {
        return delayed;
    }

    /** How many are undecided, parked ones included. */
    public int undecided() {
        return used() - delayed - committed;
    }

    /** How many are parked. */
    public int parked() {
        return parked;
    }

    public long idHigh(int slot) {
        return table.get(slot, 0);
    }

    public long idLow(int slot) {
        return table.get(slot, 1);
    }

    /** Never changes, and no other message gets it. */
    public long transactionId(int slot) {
        return table.get(slot, 2);
    }

    /** Where the message is now. */
    public long position(int slot) {
        return table.get(slot, 10);
    }

    public long due(int slot) {
        return table.get(slot, 3);
    }

    public long service(int slot) {
        return table.get(slot, 4);
    }

    public long instance(int slot) {
        return table.get(slot, 5);
    }

    public int topic(int slot) {
        return (int) (table.get(slot, 6) >>> 32);
    }

    public int checks(int slot) {
        return (int) (table.get(slot, 6) >>> 16) & 0xffff;
    }

    public int state(int slot) {
        return (int) table.get(slot, 6) & 0xff;
    }

    /** Returns whether other producers of the topic may be asked about it. */
    public boolean othersOfTopic(int slot) {
        return (table.get(slot, 6) & OTHERS_OF_TOPIC) != 0;
    }

    /** How many checks in a row got only silence; counts to {@value #MAX_SILENCES}. */
    public int silences(int slot) {
        return (int) (table.get(slot, 6) >>> SILENCES_SHIFT) & MAX_SILENCES;
    }

    void silences(int slot, int count) {
        long others = table.get(slot, 6) & ~((long) MAX_SILENCES << SILENCES_SHIFT);
        table.set(slot, 6, others | (long) Math.min(count, MAX_SILENCES) << SILENCES_SHIFT);
    }

    /** Returns whether to ask a sender that connects: the message is parked, or its last checks got only silence. */
    public boolean waitsForAnswer(int slot) {
        return state(slot) == PARKED || (state(slot) == UNDECIDED && silences(slot) > 0);
    }

    /** Returns whether later ordered messages of its message group are published after it. */
    public boolean ordered(int slot) {
        return (table.get(slot, 6) & ORDERED) != 0;
    }

    void ordered(int slot, boolean ordered) {
        table.set(slot, 6, (table.get(slot, 6) & ~ORDERED) | (ordered ? ORDERED : 0));
    }

    /** Returns whether it is undecided, parked or not. */
    public boolean isUndecided(int slot) {
        return state(slot) == UNDECIDED || state(slot) == PARKED;
    }

    /** Returns whether an alert said that it is parked. */
    boolean parkedAlerted(int slot) {
        return (table.get(slot, 6) & PARKED_ALERTED) != 0;
    }

    void parkedAlerted(int slot, boolean alerted) {
        table.set(slot, 6, (table.get(slot, 6) & ~PARKED_ALERTED) | (alerted ? PARKED_ALERTED : 0));
    }

    public long messageGroup(int slot) {
        return table.get(slot, 7);
    }

    public long deliverAtMs(int slot) {
        return table.get(slot, 8);
    }

    public long storedAtMs(int slot) {
        return table.get(slot, 9);
    }

    void position(int slot, long position) {
        table.set(slot, 10, position);
    }

    void due(int slot, long due) {
        table.set(slot, 3, due);
    }

    void sender(int slot, long service, long instance, boolean othersOfTopic) {
        table.set(slot, 4, service);
        table.set(slot, 5, instance);
        table.set(slot, 6, (table.get(slot, 6) & ~OTHERS_OF_TOPIC) | (othersOfTopic ? OTHERS_OF_TOPIC : 0));
    }

    void kind(int slot, int topic, int checks, int state) {
        count(state(slot), -1);
        count(state, 1);
        long flags = table.get(slot, 6) & FLAGS;
        table.set(slot, 6, (long) topic << 32 | (long) Math.min(checks, MAX_CHECKS) << 16 | flags | state);
    }

    void timing(int slot, long messageGroup, long deliverAtMs, long storedAtMs) {
        table.set(slot, 7, messageGroup);
        table.set(slot, 8, deliverAtMs);
        table.set(slot, 9, storedAtMs);
    }
}
