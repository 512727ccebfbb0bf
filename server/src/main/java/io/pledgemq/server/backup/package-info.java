/** Backups of a whole server: the engine's log, and the keys and users beside it. */
@NullMarked
package io.pledgemq.server.backup;

import org.jspecify.annotations.NullMarked;
