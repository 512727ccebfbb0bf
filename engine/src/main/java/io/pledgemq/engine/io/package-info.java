/**
 * The narrow way to the outside world: one data directory ({@code Storage}) and the time ({@code EngineClock}).
 *
 * <p>Internal, but for the data directory ({@code FileStorage}), the clock and exceptions.
 */
@NullMarked
package io.pledgemq.engine.io;

import org.jspecify.annotations.NullMarked;
