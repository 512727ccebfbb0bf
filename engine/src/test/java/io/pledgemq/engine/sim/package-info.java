/**
 * A simulated world for the engine: a disk that fails, lies and loses, and a clock that is set. All of it repeats by
 * its seed.
 */
@NullMarked
package io.pledgemq.engine.sim;

import org.jspecify.annotations.NullMarked;
