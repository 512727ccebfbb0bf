/**
 * The segmented log: appends frames, forces them, reads them back verified, and tells a torn tail from damage. Knows
 * bytes and positions, not messages. The format is described in {@code docs/log-format.md}.
 *
 * <p>Internal, but for configuration, verifier and reports, and exceptions.
 */
@NullMarked
package io.pledgemq.engine.log;

import org.jspecify.annotations.NullMarked;
