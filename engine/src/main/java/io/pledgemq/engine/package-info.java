/**
 * The durable transactional-message engine: {@link Engine} and what it is opened with.
 *
 * <p>Users import this package, {@code command}, {@code view} and {@code backup}. The package-info of every other
 * package says which part of it is internal; the architecture tests of the command line and of the SDK hold users to
 * that.
 */
@NullMarked
package io.pledgemq.engine;

import org.jspecify.annotations.NullMarked;
