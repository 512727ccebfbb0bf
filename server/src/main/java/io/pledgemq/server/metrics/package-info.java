/** Figures for Prometheus; docs/metrics.md lists them all. */
@NullMarked
package io.pledgemq.server.metrics;

import org.jspecify.annotations.NullMarked;
