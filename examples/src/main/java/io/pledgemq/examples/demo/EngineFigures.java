package io.pledgemq.examples.demo;

/**
 * What the engine says about the whole run, all starts together. For the reader's information: whether the run is consistent
 * is decided without it.
 *
 * @param undecidedResolved messages whose decision came from a check
 * @param redeliveries deliveries after the first one
 * @param deadLetters messages that failed their maximum of attempts, settled or not
 */
record EngineFigures(long undecidedResolved, long redeliveries, long deadLetters) {}
