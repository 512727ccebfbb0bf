/**
 * Index files: where in a sealed segment the frames about a message are. They are derived from the log, which decides.
 *
 * <p>Internal, except for the verifier and its report.
 */
@NullMarked
package io.pledgemq.engine.index;

import org.jspecify.annotations.NullMarked;
