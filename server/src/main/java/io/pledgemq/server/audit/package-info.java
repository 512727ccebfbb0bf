/** Who did what: the audit log, a line for each change and each refusal, in files that only their owner reads. */
@NullMarked
package io.pledgemq.server.audit;

import org.jspecify.annotations.NullMarked;
