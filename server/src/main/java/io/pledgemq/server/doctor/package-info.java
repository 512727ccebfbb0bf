/** Looks at a machine as a server would find it, and says what would go wrong. */
@NullMarked
package io.pledgemq.server.doctor;

import org.jspecify.annotations.NullMarked;
