/** Finds the name that a person who mistyped one may have meant. */
@NullMarked
package io.pledgemq.server.spelling;

import org.jspecify.annotations.NullMarked;
