/** The order-to-warehouse job: reads orders, breaks things on purpose, and compares the two databases afterwards. */
@NullMarked
package io.pledgemq.examples.demo;

import org.jspecify.annotations.NullMarked;
