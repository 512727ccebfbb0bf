package io.pledgemq.sdk.embedded;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.command.TopicType;
import io.pledgemq.engine.view.TopicView;
import io.pledgemq.sdk.errors.EngineUnavailableException;
import io.pledgemq.sdk.transport.TopicKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The types of the engine's topics, remembered for the time when the engine is stopped. */
final class EmbeddedTopics {
    private final Engine engine;
    private final Map<String, TopicType> remembered = new ConcurrentHashMap<>();

    EmbeddedTopics(Engine engine) {
        this.engine = engine;
        all();
    }

    private List<TopicView> all() {
        List<TopicView> topics = EmbeddedTransport.await(engine.desk().topics());
        topics.forEach(topic -> remembered.put(topic.name(), topic.type()));
        return topics;
    }

    void created(String topic, TopicType type) {
        remembered.put(topic, type);
    }

    /** Asks the engine. */
    Optional<TopicType> typeOf(String topic) {
        Optional<TopicType> type = all().stream()
                .filter(view -> view.name().equals(topic))
                .map(TopicView::type)
                .findFirst();
        if (type.isEmpty()) {
            remembered.remove(topic);
        }
        return type;
    }

    /** As the engine said last. */
    Set<String> names() {
        return Set.copyOf(remembered.keySet());
    }

    Optional<TopicKind> kindOf(String topic) {
        TopicType type = remembered.get(topic);
        return type == null ? kindNow(topic) : Optional.of(kind(type));
    }

    Optional<TopicKind> kindNow(String topic) {
        try {
            return typeOf(topic).map(EmbeddedTopics::kind);
        } catch (EngineUnavailableException e) {
            return Optional.ofNullable(remembered.get(topic)).map(EmbeddedTopics::kind);
        }
    }

    private static TopicKind kind(TopicType type) {
        return switch (type) {
            case NORMAL -> TopicKind.NORMAL;
            case FIFO -> TopicKind.FIFO;
            case DELAY -> TopicKind.DELAY;
            case TRANSACTION -> TopicKind.TRANSACTION;
        };
    }
}
