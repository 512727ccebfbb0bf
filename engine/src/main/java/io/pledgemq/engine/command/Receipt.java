package io.pledgemq.engine.command;

/**
 * Proof of a lease, needed to settle it.
 *
 * @param slot where the engine keeps the delivery
 * @param position position of the message in the log
 * @param nonce differs for each lease, so that an old receipt settles no newer lease
 */
public record Receipt(int slot, long position, int nonce) {}
