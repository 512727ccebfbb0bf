/** Read-only answers for operators: counters, lists page by page, one message's history. */
@NullMarked
package io.pledgemq.engine.view;

import org.jspecify.annotations.NullMarked;
