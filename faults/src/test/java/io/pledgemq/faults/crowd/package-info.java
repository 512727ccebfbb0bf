/** Many connections at a time. */
@NullMarked
package io.pledgemq.faults.crowd;

import org.jspecify.annotations.NullMarked;
