/** What the SDK needs from an engine: the service provider interface that embedded and remote transports implement. */
@NullMarked
package io.pledgemq.sdk.transport;

import org.jspecify.annotations.NullMarked;
