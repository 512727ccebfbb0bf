package io.pledgemq.examples.demo;

import io.pledgemq.examples.demo.OrderJob.Parked;
import io.pledgemq.sdk.transport.Transport;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The engine of a run as the demo sees it: the way to it, and what it shows to an operator. */
interface EngineDesk extends AutoCloseable {

    /** Opens the engine of a data directory; alerts are handed over from any thread. */
    interface Opening {
        EngineDesk open(DataDirectory directory, Consumer<Map<String, ?>> alerts) throws DemoException;
    }

    Transport transport();

    /**
     * How many messages are still on their way: undecided, waiting, leased, to be delivered later, or dead letters that
     * are being redriven or compensated. Not those that were acknowledged or parked, nor open dead letters.
     */
    long unsettled();

    /**
     * Counts deliveries.
     *
     * @param undecidedResolved what was counted at the senders: the engine does not
     */
    EngineFigures figures(long undecidedResolved);

    /** Orders the open dead letters of the topic to be compensated. */
    void compensateParked(String topic);

    /** Open dead letters of the topic. */
    List<Parked> parked(String topic);

    /**
     * Which of these orders a person skipped: their message became a dead letter, and was closed as it was. Takes time
     * for each of them, so ask for few.
     */
    Set<String> skipped(String topic, Collection<String> orderIds);

    @Override
    void close();
}
