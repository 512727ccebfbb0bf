/**
 * The deterministic state machine: a function of the log, without clock, disk, thread, randomness or unordered maps.
 *
 * <p>Internal: only the engine uses it.
 */
@NullMarked
package io.pledgemq.engine.state;

import org.jspecify.annotations.NullMarked;
