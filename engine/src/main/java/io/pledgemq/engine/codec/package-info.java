/**
 * Bytes to commands and back. Formats only grow: a changed payload gets a new frame version, and old ones stay
 * readable.
 *
 * <p>Internal: only the engine uses it.
 */
@NullMarked
package io.pledgemq.engine.codec;

import org.jspecify.annotations.NullMarked;
