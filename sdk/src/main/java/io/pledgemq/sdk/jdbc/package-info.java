/** Barrier and inbox: who decides is who inserts first, in the database of the party that owns the truth. */
@NullMarked
package io.pledgemq.sdk.jdbc;

import org.jspecify.annotations.NullMarked;
