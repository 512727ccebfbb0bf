/** Small files with secrets, readable by their owner only. */
@NullMarked
package io.pledgemq.server.files;

import org.jspecify.annotations.NullMarked;
