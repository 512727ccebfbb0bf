package io.pledgemq.examples.demo;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Starts the demo: the order job over the SDK and the engine in this process. */
public final class DemoMain {

    private DemoMain() {}

    /** Runs the demo and ends the process with its exit code. */
    public static void main(String[] args) {
        PrintStream talk = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        OrderJob job = new SdkOrderJob(EmbeddedDesk::open);
        System.exit(DemoCommandLine.around(new DemoCommand(job, talk)).execute(args));
    }
}
