package io.pledgemq.engine.command;

/**
 * The question whether a half message's local transaction committed.
 *
 * @param slot where the engine keeps it
 * @param ref its transaction id
 * @param message as it was prepared
 * @param number how often it was asked, this time included
 */
public record CheckRequest(int slot, long ref, Message message, int number) {}
