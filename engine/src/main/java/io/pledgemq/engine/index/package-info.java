/**
 * Index files: where in a sealed segment the frames about a message are. Derived from the log, never the truth.
 *
 * <p>Internal, but for the verifier and its report.
 */
@NullMarked
package io.pledgemq.engine.index;

import org.jspecify.annotations.NullMarked;
