package io.pledgemq.faults.broker;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Apache RocketMQ cannot pass this test, or cannot run it; docs/compatibility.md lists all of these. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface OursAlone {
    /** What it does instead. */
    String value();
}
