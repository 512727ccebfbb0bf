/** The order service: its orders, its tables and its repository. It knows nothing of the warehouse. */
@NullMarked
package io.pledgemq.examples.order;

import org.jspecify.annotations.NullMarked;
