/** The official client for Node. */
@NullMarked
package io.pledgemq.faults.node;

import org.jspecify.annotations.NullMarked;
