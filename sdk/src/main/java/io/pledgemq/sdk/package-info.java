/** The API, JDBC barrier and inbox, embedded transport. */
@NullMarked
package io.pledgemq.sdk;

import org.jspecify.annotations.NullMarked;
