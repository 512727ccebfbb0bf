/** An application on Spring Boot as a RocketMQ user has it. */
@NullMarked
package io.pledgemq.faults.spring;

import org.jspecify.annotations.NullMarked;
