/**
 * What can be set about a server, and where each value comes from. {@code ServerConfig} is the one table: its annotated
 * components drive reading, {@code config show}, {@code config check} and docs/configuration.md.
 */
@NullMarked
package io.pledgemq.server.config;

import org.jspecify.annotations.NullMarked;
