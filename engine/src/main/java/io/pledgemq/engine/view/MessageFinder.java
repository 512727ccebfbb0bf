package io.pledgemq.engine.view;

import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.MessageId;
import io.pledgemq.engine.index.IndexKey;
import io.pledgemq.engine.index.IndexQuery;
import io.pledgemq.engine.index.LogIndex;
import io.pledgemq.engine.log.Frame;
import io.pledgemq.engine.writer.Writer;
import java.util.ArrayList;
import java.util.List;

/** Finds messages in the log by the index, on the caller's thread. Only their progress comes from the state. */
public final class MessageFinder {
    /** Most frames that one page reads. */
    private static final int MAX_FRAMES = 20_000;

    private final LogIndex index;
    private final FindRequest request;
    private final List<StoredMessage> found = new ArrayList<>();
    private int framesRead;
    private long next = FindRequest.START;

    private MessageFinder(LogIndex index, FindRequest request) {
        this.index = index;
        this.request = request;
    }

    /** Finds one page. */
    public static FoundMessages find(Writer writer, LogIndex index, FindRequest request) {
        MessageFinder finder = new MessageFinder(index, request);
        index.visit(finder.query(), finder::visit);
        List<MessageSummary> items = new MessageProgress(index).of(writer, finder.found);
        return new FoundMessages(items, finder.next);
    }

    private IndexQuery query() {
        IndexQuery all = IndexQuery.of(0, key())
                .between(request.fromMs(), request.toMs())
                .newestFirst(request.newestFirst());
        long cursor = request.cursor();
        if (cursor == FindRequest.START) {
            return all;
        }
        return request.newestFirst() ? all.within(0, cursor) : all.within(cursor + 1, Long.MAX_VALUE);
    }

    private long key() {
        MessageId id = request.id();
        String topic = request.topic();
        String key = request.key();
        if (id != null) {
            return IndexKey.ofId(id);
        }
        if (key != null) {
            return topic == null ? IndexKey.ofKey(key) : IndexKey.ofTopicAndKey(topic, key);
        }
        if (topic == null) {
            throw new IllegalArgumentException("nothing is asked for: " + request);
        }
        return IndexKey.ofTopic(topic);
    }

    /** Returns whether to go on. */
    private boolean visit(Frame frame, long wallMs) {
        StoredMessage stored = StoredMessage.of(frame, wallMs);
        if (stored != null && isWanted(stored) && isFirst(stored)) {
            found.add(stored);
        }
        framesRead++;
        if (found.size() < request.limit() && framesRead < MAX_FRAMES) {
            return true;
        }
        next = frame.position();
        return false;
    }

    private boolean isWanted(StoredMessage stored) {
        Message message = stored.message();
        MessageId id = request.id();
        return (id == null || message.id().sameAs(id))
                && (request.topic() == null || request.topic().equals(message.topic()))
                && (request.key() == null || message.hasKey(request.key()))
                && stored.storedAtMs() >= request.fromMs()
                && stored.storedAtMs() <= request.toMs();
    }

    /** Returns whether the log has no earlier frame that stores this message, which was carried forward. */
    private boolean isFirst(StoredMessage stored) {
        if (!stored.carried()) {
            return true;
        }
        List<Long> places = new ArrayList<>();
        MessageId id = stored.message().id();
        index.visit(IndexQuery.of(0, IndexKey.ofId(id)), (frame, wallMs) -> {
            StoredMessage other = StoredMessage.of(frame, wallMs);
            if (other != null && other.message().id().sameAs(id)) {
                places.add(other.position());
            }
            return places.isEmpty();
        });
        return places.isEmpty() || places.get(0) >= stored.position();
    }
}
