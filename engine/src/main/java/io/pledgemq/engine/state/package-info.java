/**
 * The deterministic state machine: a function of the log, without clock, disk, thread, randomness or unordered maps.
 */
@NullMarked
package io.pledgemq.engine.state;

import org.jspecify.annotations.NullMarked;
