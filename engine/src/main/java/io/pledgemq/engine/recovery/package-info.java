/**
 * Rebuilds the state from the disk: newest valid snapshot, then replay.
 *
 * <p>Internal, except for its exception.
 */
@NullMarked
package io.pledgemq.engine.recovery;

import org.jspecify.annotations.NullMarked;
