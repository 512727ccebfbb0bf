/**
 * The state at one position of the log, in a file.
 *
 * <p>Internal: only the engine uses it.
 */
@NullMarked
package io.pledgemq.engine.snapshot;

import org.jspecify.annotations.NullMarked;
