/** The official Java client, told in few words. */
@NullMarked
package io.pledgemq.faults.client;

import org.jspecify.annotations.NullMarked;
