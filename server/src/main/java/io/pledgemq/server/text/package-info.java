/** Words for people. */
@NullMarked
package io.pledgemq.server.text;

import org.jspecify.annotations.NullMarked;
