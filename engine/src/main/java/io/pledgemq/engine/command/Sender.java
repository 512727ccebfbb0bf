package io.pledgemq.engine.command;

/**
 * Who prepares messages and answers checks about them.
 *
 * @param service all instances of one service can answer for each other; the SDK uses the database's identity
 * @param instance one running process of it
 */
public record Sender(String service, String instance) {}
