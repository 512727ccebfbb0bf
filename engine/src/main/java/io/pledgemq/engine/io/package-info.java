/** The narrow way to the outside world: one data directory ({@code Storage}) and the time ({@code EngineClock}). */
@NullMarked
package io.pledgemq.engine.io;

import org.jspecify.annotations.NullMarked;
