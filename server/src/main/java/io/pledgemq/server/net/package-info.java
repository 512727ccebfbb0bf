/** Listening: one port for TLS and plaintext, HTTP/2 and HTTP/1.1, with limits on what strangers may take. */
@NullMarked
package io.pledgemq.server.net;

import org.jspecify.annotations.NullMarked;
