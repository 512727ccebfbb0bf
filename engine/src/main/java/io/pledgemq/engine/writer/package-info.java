/**
 * The single writer: takes requests, logs and applies commands in batches, forces once, and only then releases answers,
 * questions and alerts.
 *
 * <p>Internal: only the engine uses it.
 */
@NullMarked
package io.pledgemq.engine.writer;

import org.jspecify.annotations.NullMarked;
