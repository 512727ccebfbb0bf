/** What the clients connect to: a server as a process of its own. */
@NullMarked
package io.pledgemq.faults.broker;

import org.jspecify.annotations.NullMarked;
