/**
 * Who may do what: users and their secrets, RocketMQ's signature, permissions, capabilities that travel through
 * clients, the audit log, and the rules that keep strangers and web pages out.
 *
 * <p>Nothing here knows a wire protocol or a web server: callers hand in header values and addresses, and get answers.
 * {@link io.pledgemq.server.access.Access} is the door; no secret appears in any text that this package makes.
 */
@NullMarked
package io.pledgemq.server.access;

import org.jspecify.annotations.NullMarked;
