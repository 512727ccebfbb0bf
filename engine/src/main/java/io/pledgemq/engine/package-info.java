/** The durable transactional-message engine. */
@NullMarked
package io.pledgemq.engine;

import org.jspecify.annotations.NullMarked;
