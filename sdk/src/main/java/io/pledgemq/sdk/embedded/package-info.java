/** The transport to an engine in the same process. The only package that sees the engine. */
@NullMarked
package io.pledgemq.sdk.embedded;

import org.jspecify.annotations.NullMarked;
