/**
 * The administration over HTTP: one table of routes, of which the server, the OpenAPI document and the tests are made.
 * Endpoints translate and submit; no rule of the domain lives here.
 */
@NullMarked
package io.pledgemq.server.http;

import org.jspecify.annotations.NullMarked;
