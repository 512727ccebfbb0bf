/** The warehouse service: its stock, its movements and its tables. Of the order service it knows the event only. */
@NullMarked
package io.pledgemq.examples.warehouse;

import org.jspecify.annotations.NullMarked;
