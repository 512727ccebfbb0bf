/** The wire itself: what official clients refuse to send, or send in other languages. */
@NullMarked
package io.pledgemq.faults.raw;

import org.jspecify.annotations.NullMarked;
