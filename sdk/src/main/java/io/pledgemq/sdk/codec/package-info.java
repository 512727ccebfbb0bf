/** Payloads to bytes and back. */
@NullMarked
package io.pledgemq.sdk.codec;

import org.jspecify.annotations.NullMarked;
