package io.pledgemq.engine.command;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How long a message waits between failed attempts. All times in milliseconds.
 *
 * <p>{@code delayMs} is a pure function of attempt and seed, so replaying the log gives the same pauses again.
 */
public sealed interface RetryPolicy {
    /** Longest possible pause: 40 days, the limit of delayed messages. */
    long MAX_DELAY_MS = 40L * 24 * 60 * 60 * 1000;

    /** A pause. Old logs have numbers without a unit, also negative ones, and must stay readable. */
    Pattern PAUSE = Pattern.compile("(-?\\d+)(ms|s|m|h|d)?");

    /** One second doubling to ten minutes, 20 % jitter. */
    static RetryPolicy standard() {
        return new Exponential(1_000, 2.0, 600_000, 20);
    }

    /** The pause before jitter after the given failed attempt. */
    long baseDelayMs(int attempt);

    /** Percent (0 to 100) by which a pause may be shorter or longer. */
    int jitterPercent();

    /**
     * The pause after the {@code attempt}-th attempt (counted from 1) failed.
     *
     * @param seed anything that differs between messages, so that they do not all come back at once
     */
    default long delayMs(int attempt, long seed) {
        long base = Math.max(0, Math.min(baseDelayMs(attempt), MAX_DELAY_MS));
        long span = base / 100 * jitterPercent();
        if (span == 0) {
            return base;
        }
        return base - span + Long.remainderUnsigned(mix(seed * 31 + attempt), 2 * span + 1);
    }

    /** The policy as one word, as the log and the command line have it: {@code exponential:1000:2.0:600000:20}. */
    String text();

    /**
     * Reads {@code fixed:PAUSE:JITTER}, {@code linear:INITIAL:STEP:CAP:JITTER},
     * {@code exponential:INITIAL:FACTOR:CAP:JITTER} or {@code list:PAUSE,PAUSE,...:JITTER}; times in milliseconds or
     * with a unit, such as {@code 500ms}, {@code 10s}, {@code 5m}, {@code 2h} or {@code 1d}; jitter in percent.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    static RetryPolicy parse(String text) {
        String[] part = text.split(":", -1);
        try {
            return switch (part[0] + part.length) {
                case "fixed3" -> new Fixed(pauseMs(part[1]), jitter(part[2]));
                case "linear5" -> new Linear(pauseMs(part[1]), pauseMs(part[2]), pauseMs(part[3]), jitter(part[4]));
                case "exponential5" ->
                    new Exponential(pauseMs(part[1]), Double.parseDouble(part[2]), pauseMs(part[3]), jitter(part[4]));
                case "list3" ->
                    new Listed(
                            Stream.of(part[1].split(",", -1))
                                    .map(RetryPolicy::pauseMs)
                                    .toList(),
                            jitter(part[2]));
                default -> throw new IllegalArgumentException("unknown form");
            };
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "not a retry policy: '" + text
                            + "'; expected fixed:PAUSE:JITTER, linear:INITIAL:STEP:CAP:JITTER, exponential:INITIAL:FACTOR:CAP:JITTER or"
                            + " list:PAUSE,PAUSE:JITTER with times such as 500ms, 10s, 5m or 2h (a number alone: milliseconds) and percent,"
                            + " such as exponential:1s:2:10m:20",
                    e);
        }
    }

    private static long pauseMs(String text) {
        Matcher matcher = PAUSE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a time: '" + text + "'");
        }
        String unit = matcher.group(2) == null ? "ms" : matcher.group(2);
        long unitMs =
                switch (unit) {
                    case "ms" -> 1;
                    case "s" -> 1_000;
                    case "m" -> 60_000;
                    case "h" -> 3_600_000;
                    default -> 86_400_000;
                };
        try {
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), unitMs);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("too long a time: '" + text + "'", e);
        }
    }

    private static int jitter(String text) {
        int percent = Integer.parseInt(text.endsWith("%") ? text.substring(0, text.length() - 1) : text);
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("jitter must be 0 to 100 percent, it is " + percent);
        }
        return percent;
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** The same pause each time. */
    record Fixed(long pauseMs, int jitterPercent) implements RetryPolicy {
        @Override
        public String text() {
            return "fixed:" + pauseMs + ":" + jitterPercent;
        }

        @Override
        public long baseDelayMs(int attempt) {
            return pauseMs;
        }
    }

    /** {@code initialMs}, then {@code stepMs} more each time, up to {@code capMs}. */
    record Linear(long initialMs, long stepMs, long capMs, int jitterPercent) implements RetryPolicy {
        @Override
        public String text() {
            return "linear:" + initialMs + ":" + stepMs + ":" + capMs + ":" + jitterPercent;
        }

        @Override
        public long baseDelayMs(int attempt) {
            return Math.min(capMs, initialMs + stepMs * (attempt - 1L));
        }
    }

    /** {@code initialMs}, then times {@code factor} each time, up to {@code capMs}. */
    record Exponential(long initialMs, double factor, long capMs, int jitterPercent) implements RetryPolicy {
        @Override
        public String text() {
            return "exponential:" + initialMs + ":" + factor + ":" + capMs + ":" + jitterPercent;
        }

        @Override
        public long baseDelayMs(int attempt) {
            // StrictMath: the same bits on every machine that replays this log.
            return (long) Math.min((double) capMs, initialMs * StrictMath.pow(factor, attempt - 1.0));
        }
    }

    /** The listed pauses one after another; the last one repeats. */
    record Listed(List<Long> pausesMs, int jitterPercent) implements RetryPolicy {
        public Listed {
            pausesMs = List.copyOf(pausesMs);
            if (pausesMs.isEmpty()) {
                throw new IllegalArgumentException("a list of pauses needs at least one");
            }
        }

        @Override
        public String text() {
            return "list:" + pausesMs.stream().map(String::valueOf).collect(Collectors.joining(",")) + ":"
                    + jitterPercent;
        }

        @Override
        public long baseDelayMs(int attempt) {
            return pausesMs.get(Math.min(attempt, pausesMs.size()) - 1);
        }
    }
}
