/**
 * Whether the server lives and is ready, for supervisors and load balancers: by HTTP and by gRPC, without credential.
 */
@NullMarked
package io.pledgemq.server.health;

import org.jspecify.annotations.NullMarked;
