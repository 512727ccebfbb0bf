/** The server's certificate: made by itself or given in files, exchanged while connections go on. */
@NullMarked
package io.pledgemq.server.tls;

import org.jspecify.annotations.NullMarked;
