package io.pledgemq.server.cli;

/** How a command prints its data. */
enum OutputFormat {
    TABLE,
    JSON
}
