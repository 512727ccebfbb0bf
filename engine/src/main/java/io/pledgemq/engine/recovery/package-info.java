/**
 * From what is on the disk to the state: newest valid snapshot, then replay.
 *
 * <p>Internal, but for its exception.
 */
@NullMarked
package io.pledgemq.engine.recovery;

import org.jspecify.annotations.NullMarked;
