package io.pledgemq.examples.demo;

/**
 * What happened on the way. For the reader's information: whether the run is consistent is decided without it.
 *
 * @param undecidedResolved messages whose decision came from a check, all starts together
 * @param redeliveries deliveries after the first one, all starts together
 * @param deadLetters how often a message failed for good, settled or not, all starts together; one that fails again
 *     after a retry counts again
 */
record EngineFigures(long undecidedResolved, long redeliveries, long deadLetters) {}
