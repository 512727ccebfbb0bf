/** Dealing with code that is not ours: what it throws, what its failures say, and interrupts that break drivers. */
@NullMarked
package io.pledgemq.sdk.foreign;

import org.jspecify.annotations.NullMarked;
