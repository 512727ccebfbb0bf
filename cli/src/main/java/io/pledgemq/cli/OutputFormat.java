package io.pledgemq.cli;

/** How a command prints its data. */
enum OutputFormat {
    TABLE,
    JSON
}
