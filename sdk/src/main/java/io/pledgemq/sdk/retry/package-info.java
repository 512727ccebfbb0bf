/** When a failed message is tried again, and what happens when it never succeeds. */
@NullMarked
package io.pledgemq.sdk.retry;

import org.jspecify.annotations.NullMarked;
