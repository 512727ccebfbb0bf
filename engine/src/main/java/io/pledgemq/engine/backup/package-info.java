/** Backups: copies everything that is durable at one position while the writer works on, and restores it. */
@NullMarked
package io.pledgemq.engine.backup;

import org.jspecify.annotations.NullMarked;
