package io.pledgemq.examples.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Shows how far a run is: a bar that is redrawn on a terminal, one line every five seconds elsewhere. Writes to the
 * stream for talk, never to the one for data.
 */
final class Progress implements AutoCloseable {

    /** Where the run is; {@code done} counts up to {@code total}. */
    record State(String phase, long done, long total) {}

    private static final String CLEAR = "\r\u001B[K";
    private static final int BAR_WIDTH = 20;
    private static final Duration ON_TERMINAL = Duration.ofMillis(200);
    private static final Duration ELSEWHERE = Duration.ofSeconds(5);

    private final PrintStream talk;
    private final boolean terminal;
    private final Supplier<State> state;
    private final long startedNanos = System.nanoTime();
    private final ScheduledExecutorService timer;

    /** Shows nothing yet; {@code state} is asked from another thread and must answer at once. */
    Progress(PrintStream talk, boolean terminal, Supplier<State> state) {
        this.talk = talk;
        this.terminal = terminal;
        this.state = state;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
        });
    }

    void start() {
        long everyMs = (terminal ? ON_TERMINAL : ELSEWHERE).toMillis();
        var unused = timer.scheduleAtFixedRate(this::draw, everyMs, everyMs, TimeUnit.MILLISECONDS);
    }

    /** Whether {@link System#err} goes to somebody's screen; Java 17 cannot tell, the launcher can. */
    static boolean onTerminal() {
        return Boolean.getBoolean("pledgemq.terminal");
    }

    /** Prints a line above the bar. */
    synchronized void say(String line) {
        talk.println(terminal ? CLEAR + line : line);
    }

    private synchronized void draw() {
        String words = words(state.get(), Duration.ofNanos(System.nanoTime() - startedNanos));
        if (terminal) {
            // The cursor goes back, so that what others print does not begin behind the bar.
            talk.print(CLEAR + words + "\r");
            talk.flush();
        } else {
            talk.println(words);
        }
    }

    static String words(State state, Duration elapsed) {
        double part = state.total() == 0 ? 1 : Math.min(1, (double) state.done() / state.total());
        int filled = (int) (part * BAR_WIDTH);
        double perSecond = state.done() * 1000.0 / Math.max(1, elapsed.toMillis());
        return String.format(
                Locale.ROOT,
                "%-10s [%s%s] %3.0f %%  %,d of %,d  %,.0f/s  %d s",
                state.phase(),
                "#".repeat(filled),
                ".".repeat(BAR_WIDTH - filled),
                Math.floor(part * 100),
                state.done(),
                state.total(),
                perSecond,
                elapsed.toSeconds());
    }

    @Override
    public void close() {
        timer.shutdownNow();
        if (terminal) {
            draw();
            talk.println();
        }
    }
}
