/** Who may do what, as clients see it. */
@NullMarked
package io.pledgemq.faults.access;

import org.jspecify.annotations.NullMarked;
