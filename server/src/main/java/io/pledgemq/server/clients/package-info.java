/**
 * Connected messaging clients, as administration, metrics and health see them; the protocol's package implements it.
 */
@NullMarked
package io.pledgemq.server.clients;

import org.jspecify.annotations.NullMarked;
