/** What callers ask of the engine (commands), what it answers (outcomes), and the values in both. */
@NullMarked
package io.pledgemq.engine.command;

import org.jspecify.annotations.NullMarked;
