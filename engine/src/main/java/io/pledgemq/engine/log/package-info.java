/**
 * The segmented log: appends frames, forces them, reads them back verified, and tells a torn tail from damage. Knows
 * bytes and positions, not messages. The format is described in {@code docs/log-format.md}.
 *
 * <p>Internal, except for the configuration, the verifier, the reports and the exceptions.
 */
@NullMarked
package io.pledgemq.engine.log;

import org.jspecify.annotations.NullMarked;
