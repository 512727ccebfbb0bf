/** Which topics and consumer groups there are, at hand for every request. */
@NullMarked
package io.pledgemq.server.catalog;

import org.jspecify.annotations.NullMarked;
