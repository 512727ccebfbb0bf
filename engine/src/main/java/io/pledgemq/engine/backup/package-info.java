/** Backups: a copy of what is durable at one position, made while the writer goes on, and the way back from it. */
@NullMarked
package io.pledgemq.engine.backup;

import org.jspecify.annotations.NullMarked;
