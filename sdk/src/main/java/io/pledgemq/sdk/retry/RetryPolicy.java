package io.pledgemq.sdk.retry;

import io.pledgemq.sdk.foreign.FailureText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How long a failed message waits before its next attempt, how many attempts it gets and which failures are final.
 * Immutable. The default is that of {@link #standard()}: 1 s doubling to 10 min, 20 % jitter, 16 attempts.
 *
 * <p>Jitter shortens or lengthens a pause by up to its share, so that messages which failed together do not return
 * together.
 */
public final class RetryPolicy {
    private static final int MAX_ATTEMPTS_LIMIT = 10_000;
    private static final Duration LONGEST_PAUSE = Duration.ofDays(7);

    private final List<Duration> pauses;
    private final double jitter;
    private final int maxAttempts;
    private final List<Class<? extends Throwable>> finalFailures;

    private RetryPolicy(
            List<Duration> pauses, double jitter, int maxAttempts, List<Class<? extends Throwable>> finalFailures) {
        this.pauses = List.copyOf(pauses);
        this.jitter = jitter;
        this.maxAttempts = maxAttempts;
        this.finalFailures = List.copyOf(finalFailures);
    }

    /** 1 s doubling to 10 min, 20 % jitter, 16 attempts. */
    public static RetryPolicy standard() {
        return exponential(Duration.ofSeconds(1), Duration.ofMinutes(10)).jitter(0.2);
    }

    /** The same pause each time. */
    public static RetryPolicy fixed(Duration pause) {
        return list(pause);
    }

    /** One step more each time: step, 2 steps, 3 steps … up to the cap. */
    public static RetryPolicy linear(Duration step, Duration cap) {
        checkPause(step);
        checkPause(cap);
        List<Duration> pauses = new ArrayList<>();
        Duration next = step;
        while (next.compareTo(cap) < 0 && pauses.size() < MAX_ATTEMPTS_LIMIT && !step.isZero()) {
            pauses.add(next);
            next = next.plus(step);
        }
        pauses.add(min(next, cap));
        return list(pauses);
    }

    /** Twice as long each time, up to the cap. */
    public static RetryPolicy exponential(Duration first, Duration cap) {
        checkPause(first);
        checkPause(cap);
        List<Duration> pauses = new ArrayList<>();
        Duration next = first;
        while (next.compareTo(cap) < 0 && !first.isZero()) {
            pauses.add(next);
            next = next.multipliedBy(2);
        }
        pauses.add(min(next, cap));
        return list(pauses);
    }

    /** These pauses in turn; the last one repeats. */
    public static RetryPolicy list(Duration... pauses) {
        return list(List.of(pauses));
    }

    private static RetryPolicy list(List<Duration> pauses) {
        if (pauses.isEmpty()) {
            throw new IllegalArgumentException("a retry policy needs at least one pause, actual 0");
        }
        pauses.forEach(RetryPolicy::checkPause);
        return new RetryPolicy(pauses, 0, 16, List.of());
    }

    /** Spreads pauses by a share from 0 to 1: 0.2 spreads 10 s over 8 s to 12 s. */
    public RetryPolicy jitter(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("expected a jitter from 0 to 1, actual " + share);
        }
        return new RetryPolicy(pauses, share, maxAttempts, finalFailures);
    }

    /** Limits the attempts to 1 to 10,000, the first delivery included. */
    public RetryPolicy maxAttempts(int attempts) {
        if (attempts < 1 || attempts > MAX_ATTEMPTS_LIMIT) {
            throw new IllegalArgumentException("expected 1 to " + MAX_ATTEMPTS_LIMIT + " attempts, actual " + attempts);
        }
        return new RetryPolicy(pauses, jitter, attempts, finalFailures);
    }

    /** A failure of these types, or caused by one, makes the message a dead letter at once. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public final RetryPolicy neverRetry(Class<? extends Throwable>... failures) {
        List<Class<? extends Throwable>> all = new ArrayList<>(finalFailures);
        all.addAll(List.of(failures));
        return new RetryPolicy(pauses, jitter, maxAttempts, all);
    }

    public int maxAttempts() {
        return maxAttempts;
    }

    /** Share by which a pause may be shorter or longer, 0 to 1. */
    public double jitter() {
        return jitter;
    }

    /** The pauses without jitter, in order; the last one repeats. */
    public List<Duration> pauses() {
        return pauses;
    }

    /** Returns the pause after attempt number {@code attempt}, which counts from 1. */
    public Duration pauseAfter(int attempt, RandomGenerator random) {
        Duration pause = pauses.get(Math.min(Math.max(attempt, 1), pauses.size()) - 1);
        if (jitter == 0 || pause.isZero()) {
            return pause;
        }
        double factor = 1 + jitter * (2 * random.nextDouble() - 1);
        return Duration.ofMillis(Math.round(pause.toMillis() * factor));
    }

    public boolean isFinal(Throwable failure) {
        return FailureText.chain(failure).stream().anyMatch(this::isInstanceOfAny);
    }

    private boolean isInstanceOfAny(Throwable failure) {
        return finalFailures.stream().anyMatch(type -> type.isInstance(failure));
    }

    private static void checkPause(Duration pause) {
        if (pause.isNegative() || pause.compareTo(LONGEST_PAUSE) > 0) {
            throw new IllegalArgumentException("expected a pause from 0 to " + LONGEST_PAUSE + ", actual " + pause);
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
