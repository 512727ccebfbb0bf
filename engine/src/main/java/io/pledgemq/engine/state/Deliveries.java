package io.pledgemq.engine.state;

/**
 * Messages that a subscription has seen and not settled: leased, waiting for their next attempt, or dead. One row each.
 *
 * <pre>
 * column 0  position: position of the message in the log (a free row: next free slot)
 *        1  offset in the topic
 *        2  due: engine ms when the lease runs out or the next attempt may begin
 *        3  subscription (32 bits) | nonce of the last lease (32)
 *        4  state (8) | kind (8) | attempts (16) | revision (16) | flags (16: 1 = even if old)
 *        5  hash of the message group, 0 when nothing is ordered
 *        6  wall ms of the last change of state
 *        7  position of the record that says why the last attempt failed, 0 before
 * </pre>
 */
public final class Deliveries {
    public static final int FREE = 0;
    public static final int LEASED = 1;
    public static final int WAITING = 2;
    public static final int DEAD = 3;

    public static final int MESSAGE = 0;
    public static final int COMPENSATE = 1;

    static final int STRIDE = 8;
    private static final int MAX_16 = 0xffff;
    private static final long EVEN_IF_OLD = 1;
    private static final long PROMPT_RETRY = 2;

    final SlotTable table;
    private int lastNonce;

    Deliveries(SlotTable table, int lastNonce) {
        this.table = table;
        this.lastNonce = lastNonce;
    }

    int add(int subscription, long position, long offset, long messageGroup) {
        int slot = table.allocate();
        table.set(slot, 0, position);
        table.set(slot, 1, offset);
        table.set(slot, 3, (long) subscription << 32);
        table.set(slot, 5, messageGroup);
        table.set(slot, 7, 0);
        return slot;
    }

    void remove(int slot) {
        table.set(slot, 4, 0);
        table.free(slot);
    }

    int nextNonce() {
        lastNonce++;
        return lastNonce;
    }

    int lastNonce() {
        return lastNonce;
    }

    public int used() {
        return table.used();
    }

    public int end() {
        return table.end();
    }

    /** Returns whether the slot is in use for the message at this position. */
    public boolean holds(int slot, long position) {
        return slot >= 0 && slot < table.end() && state(slot) != FREE && position(slot) == position;
    }

    public long position(int slot) {
        return table.get(slot, 0);
    }

    public long offset(int slot) {
        return table.get(slot, 1);
    }

    public long due(int slot) {
        return table.get(slot, 2);
    }

    public int subscription(int slot) {
        return (int) (table.get(slot, 3) >>> 32);
    }

    public int nonce(int slot) {
        return (int) table.get(slot, 3);
    }

    public int state(int slot) {
        return (int) (table.get(slot, 4) >>> 56);
    }

    public int kind(int slot) {
        return (int) (table.get(slot, 4) >>> 48) & 0xff;
    }

    public int attempts(int slot) {
        return (int) (table.get(slot, 4) >>> 32) & MAX_16;
    }

    public int revision(int slot) {
        return (int) (table.get(slot, 4) >>> 16) & MAX_16;
    }

    public long messageGroup(int slot) {
        return table.get(slot, 5);
    }

    public long changedAtMs(int slot) {
        return table.get(slot, 6);
    }

    public long failure(int slot) {
        return table.get(slot, 7);
    }

    void position(int slot, long position) {
        table.set(slot, 0, position);
    }

    void due(int slot, long due) {
        table.set(slot, 2, due);
    }

    void nonce(int slot, int nonce) {
        table.set(slot, 3, (table.get(slot, 3) & 0xffffffff00000000L) | Integer.toUnsignedLong(nonce));
    }

    void mode(int slot, int state, int kind, int attempts, int revision) {
        long flags = table.get(slot, 4) & MAX_16;
        long packed = flags | (long) state << 56 | (long) kind << 48 | (long) Math.min(attempts, MAX_16) << 32;
        table.set(slot, 4, packed | (long) Math.min(revision, MAX_16) << 16);
    }

    /** Changes the state and keeps the rest of column 4. */
    void state(int slot, int state) {
        table.set(slot, 4, (table.get(slot, 4) & 0x00ffffffffffffffL) | (long) state << 56);
    }

    /** An operator wants it applied even if the receiver may have forgotten that it did so before. */
    public boolean evenIfOld(int slot) {
        return (table.get(slot, 4) & EVEN_IF_OLD) != 0;
    }

    void evenIfOld(int slot, boolean ordered) {
        table.set(slot, 4, (table.get(slot, 4) & ~EVEN_IF_OLD) | (ordered ? EVEN_IF_OLD : 0));
    }

    /** When its lease runs out, the next attempt follows at once. */
    public boolean promptRetry(int slot) {
        return (table.get(slot, 4) & PROMPT_RETRY) != 0;
    }

    void promptRetry(int slot, boolean prompt) {
        table.set(slot, 4, (table.get(slot, 4) & ~PROMPT_RETRY) | (prompt ? PROMPT_RETRY : 0));
    }

    void messageGroup(int slot, long messageGroup) {
        table.set(slot, 5, messageGroup);
    }

    void changedAtMs(int slot, long wallMs) {
        table.set(slot, 6, wallMs);
    }

    void failure(int slot, long position) {
        table.set(slot, 7, position);
    }
}
