/** The command line around one engine. */
@NullMarked
package io.pledgemq.server;

import org.jspecify.annotations.NullMarked;
