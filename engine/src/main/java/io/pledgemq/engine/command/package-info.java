/** The dictionary: what callers say to the engine (commands), what it answers (outcomes), and the values in both. */
@NullMarked
package io.pledgemq.engine.command;

import org.jspecify.annotations.NullMarked;
