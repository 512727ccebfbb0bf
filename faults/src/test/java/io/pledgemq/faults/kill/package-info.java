/** The server is killed under load, again and again. */
@NullMarked
package io.pledgemq.faults.kill;

import org.jspecify.annotations.NullMarked;
