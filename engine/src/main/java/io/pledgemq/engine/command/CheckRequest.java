package io.pledgemq.engine.command;

/**
 * The question whether a half message's local transaction committed.
 *
 * @param slot where the engine keeps it
 * @param transactionId of the half message
 * @param message as it was prepared
 * @param number how often it was asked, this time included
 */
public record CheckRequest(int slot, long transactionId, Message message, int number) {}
