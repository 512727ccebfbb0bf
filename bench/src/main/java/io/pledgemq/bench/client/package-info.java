/** Load by the official RocketMQ 5 client on any endpoint that speaks its protocol: this server, or Apache RocketMQ. */
@NullMarked
package io.pledgemq.bench.client;

import org.jspecify.annotations.NullMarked;
