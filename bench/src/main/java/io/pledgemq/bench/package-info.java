/** Load driver. */
@NullMarked
package io.pledgemq.bench;

import org.jspecify.annotations.NullMarked;
