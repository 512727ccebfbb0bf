/** Apache RocketMQ as one process with a name server, a broker and the proxy that speaks gRPC. */
@NullMarked
package io.pledgemq.peer;

import org.jspecify.annotations.NullMarked;
