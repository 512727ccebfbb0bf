package io.pledgemq.examples.demo;

/**
 * What happened on the way. For the reader's information: whether the run is consistent is decided without it.
 *
 * @param undecidedResolved messages whose decision came from a check, all starts together
 * @param redeliveries deliveries after the first one, all starts together
 * @param deadLetters messages that failed their maximum of attempts, settled or not, all starts together
 */
record EngineFigures(long undecidedResolved, long redeliveries, long deadLetters) {}
