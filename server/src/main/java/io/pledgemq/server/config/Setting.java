package io.pledgemq.server.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One key of the configuration: a component of {@link ServerConfig} or of a record in it. The key is the component's
 * name in kebab-case under the key of the record. Whatever the annotation says is read as a user would write it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Setting {

    /** What the setting is for, in one or two sentences of Markdown. */
    String text();

    /** The default; empty where the type is {@code Optional} (none) or {@code List} (no elements). */
    String value() default "";

    /** Smallest value; empty = no bound. */
    String min() default "";

    /** Largest value; empty = no bound. */
    String max() default "";

    /** For texts: the regular expression that the whole value must match. */
    String pattern() default "";

    /** For texts with a pattern: the pattern in words. */
    String accepts() default "";

    /** In an element of a list: there is no default. */
    boolean required() default false;

    /** Never printed, and may be given by a file named in {@code PLEDGEMQ_…_FILE}. */
    boolean secret() default false;

    /** Returns whether a running server takes a new value without a restart. */
    boolean reloadable() default false;
}
