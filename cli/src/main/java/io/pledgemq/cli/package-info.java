/** The command line: parses, calls the engine, prints. No rule of the domain lives here. */
@NullMarked
package io.pledgemq.cli;

import org.jspecify.annotations.NullMarked;
