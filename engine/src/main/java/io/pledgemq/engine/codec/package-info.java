/**
 * Bytes to commands and back. Formats only grow: a changed payload gets a new frame version, and old ones stay
 * readable.
 */
@NullMarked
package io.pledgemq.engine.codec;

import org.jspecify.annotations.NullMarked;
