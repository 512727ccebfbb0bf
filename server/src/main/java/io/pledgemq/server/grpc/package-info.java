/**
 * RocketMQ 5's gRPC protocol: each endpoint translates a request, submits it to the engine and translates the answer.
 * No rule of the domain lives here.
 */
@NullMarked
package io.pledgemq.server.grpc;

import org.jspecify.annotations.NullMarked;
