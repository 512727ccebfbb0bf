/** What all command lines of PledgeMQ say in the same way. Knows no other module. */
@NullMarked
package io.pledgemq.cli;

import org.jspecify.annotations.NullMarked;
