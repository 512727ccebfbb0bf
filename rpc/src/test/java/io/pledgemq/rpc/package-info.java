@NullMarked
package io.pledgemq.rpc;

import org.jspecify.annotations.NullMarked;
