/** Order service, warehouse service and the demo. */
@NullMarked
package io.pledgemq.examples;

import org.jspecify.annotations.NullMarked;
