package io.pledgemq.examples.demo;

/** Which databases the two services use. */
enum DatabaseKind {
    H2,
    POSTGRES
}
