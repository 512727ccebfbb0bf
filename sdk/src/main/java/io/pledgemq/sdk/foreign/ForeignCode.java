package io.pledgemq.sdk.foreign;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Calls code that is not ours: handlers, codecs, checkers, and the methods of exceptions. Whatever it throws is a
 * result, Errors included: a message that ends in a StackOverflowError must be counted like any other that fails. Does
 * not look at what was thrown, since its {@code getMessage} may throw, too.
 */
public final class ForeignCode {
    private ForeignCode() {}

    /**
     * How a call ended.
     *
     * @param value what it returned; null also if it threw
     * @param thrown null if it returned
     */
    public record Ended<T>(@Nullable T value, @Nullable Throwable thrown) {}

    /** Calls on this thread. */
    public static <T> Ended<T> call(Callable<T> code) {
        Call<T> call = new Call<>(code);
        call.run();
        return new Ended<>(call.value, call.thrown);
    }

    /** Returns what the code returns, or the fallback if it throws or returns null. */
    public static <T> T callOr(T fallback, Callable<? extends @Nullable T> code) {
        Call<T> call = new Call<>(code::call);
        call.run();
        return call.value == null ? fallback : call.value;
    }

    /** FutureTask itself wraps what was thrown in an exception whose constructor asks it for its message. */
    private static final class Call<T> extends FutureTask<T> {
        private @Nullable T value;
        private @Nullable Throwable thrown;

        Call(Callable<T> code) {
            super(code);
        }

        @Override
        protected void set(T result) {
            value = result;
        }

        @Override
        protected void setException(Throwable failure) {
            thrown = failure;
        }
    }
}
