package io.pledgemq.bench.client;

/** What one operation is. */
enum Scenario {
    /** Begin, send a half message, commit. */
    TX,
    /** The same, while a consumer of another group takes the messages. */
    TXE2E,
    /** Send an ordinary message. */
    NORMAL;

    boolean transactional() {
        return this != NORMAL;
    }
}
