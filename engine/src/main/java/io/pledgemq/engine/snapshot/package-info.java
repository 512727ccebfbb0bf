/** The state at one position of the log, in a file. */
@NullMarked
package io.pledgemq.engine.snapshot;

import org.jspecify.annotations.NullMarked;
