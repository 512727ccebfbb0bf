/** From what is on the disk to the state: newest valid snapshot, then replay. */
@NullMarked
package io.pledgemq.engine.recovery;

import org.jspecify.annotations.NullMarked;
