/** Tells people that one of them is needed. */
@NullMarked
package io.pledgemq.server.alert;

import org.jspecify.annotations.NullMarked;
