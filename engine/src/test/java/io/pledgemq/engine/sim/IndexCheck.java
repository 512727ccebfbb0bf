package io.pledgemq.engine.sim;

import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.index.LogIndex;
import io.pledgemq.engine.log.Log;
import io.pledgemq.engine.view.History;
import io.pledgemq.engine.view.HistoryEvent;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;

/** Whatever happened to the index files, the answers equal those of the log. */
final class IndexCheck {
    /** One of this many messages is checked each time. */
    private static final int EVERY = 16;

    private final Log log;
    private final LogIndex index;

    IndexCheck(Log log, LogIndex index) {
        this.log = log;
        this.index = index;
    }

    /** The histories of some messages are the same with the indexes, without them, and as a naive reader sees them. */
    void compare(Collection<ModelMessage> messages, int which) {
        // A disk without index files, so everything is read from the log.
        LogIndex none = new LogIndex(new SimStorage(0), log);
        NaiveHistory naive = new NaiveHistory(log);
        int number = which;
        for (ModelMessage message : messages) {
            number++;
            if (number % EVERY == 0) {
                MessageId id = message.message.id();
                List<HistoryEvent> events = History.read(index, id, 0);
                Violation.check(events.equals(History.read(none, id, 0)), "index and log differ about %s", message);
                naive.compare(id, events);
            }
        }
    }

    /** Flips a bit of one index file, if there is one; returns its name or an empty text. */
    static String damage(SimStorage storage, SplittableRandom random) {
        List<String> files = storage.namesOf("index-");
        if (files.isEmpty()) {
            return "";
        }
        String file = files.get(random.nextInt(files.size()));
        int size = storage.bytesOf(file).length;
        if (size > 0) {
            storage.flip(file, random.nextInt(size), random.nextInt(8));
        }
        return file;
    }
}
