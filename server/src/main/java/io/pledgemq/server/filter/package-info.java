/**
 * What a receiver gets: the TAG and SQL92 filter expressions of RocketMQ 5 clients, turned into the engine's filters.
 *
 * <p>Filters run on the engine's writer, so every expression has a bounded length, depth and cost; the bounds are the
 * constants of {@link io.pledgemq.server.filter.Filters}. Nothing here knows the network.
 */
@NullMarked
package io.pledgemq.server.filter;

import org.jspecify.annotations.NullMarked;
