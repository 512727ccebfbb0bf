/** What the server says about itself on its standard output. */
@NullMarked
package io.pledgemq.server.logging;

import org.jspecify.annotations.NullMarked;
