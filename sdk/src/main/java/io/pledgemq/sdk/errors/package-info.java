/** What can go wrong, one class for each thing a caller does differently. */
@NullMarked
package io.pledgemq.sdk.errors;

import org.jspecify.annotations.NullMarked;
