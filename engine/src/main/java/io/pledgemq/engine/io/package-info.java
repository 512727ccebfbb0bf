/**
 * The engine's only access to the outside world: one data directory ({@code Storage}) and the time
 * ({@code EngineClock}).
 *
 * <p>Internal, except for the data directory ({@code FileStorage}), the clock and the exceptions.
 */
@NullMarked
package io.pledgemq.engine.io;

import org.jspecify.annotations.NullMarked;
