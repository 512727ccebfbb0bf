package io.pledgemq.sdk;

import io.pledgemq.sdk.transport.Decision;
import io.pledgemq.sdk.transport.OutgoingMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/** Messages of one transaction in the order of their sends, or some of them. */
final class SentMessages implements Iterable<SentMessage> {
    private final List<SentMessage> messages;

    SentMessages() {
        this(new ArrayList<>());
    }

    private SentMessages(List<SentMessage> messages) {
        this.messages = messages;
    }

    void add(SentMessage message) {
        messages.add(message);
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    int size() {
        return messages.size();
    }

    SentMessage get(int index) {
        return messages.get(index);
    }

    List<String> ids() {
        return messages.stream().map(message -> message.message.messageId()).toList();
    }

    List<OutgoingMessage> outgoing() {
        return messages.stream().map(message -> message.message).toList();
    }

    /** Those whose barrier row did not go with a savepoint. */
    SentMessages survivors() {
        return only(message -> !message.gone);
    }

    /** Those that the transaction decides itself: the relay of the outbox decides the others. */
    SentMessages outsideOutbox() {
        return only(message -> !message.inOutbox);
    }

    SentMessages inOutbox() {
        return only(message -> message.inOutbox);
    }

    SentMessages notPrepared() {
        return only(message -> message.transaction == null);
    }

    SentMessages withIds(Collection<String> ids) {
        return only(message -> ids.contains(message.message.messageId()));
    }

    SentMessages withoutIds(Collection<String> ids) {
        return only(message -> !ids.contains(message.message.messageId()));
    }

    private SentMessages only(Predicate<SentMessage> wanted) {
        return new SentMessages(messages.stream().filter(wanted).toList());
    }

    /** Returns a decision for each message that is prepared at the engine. */
    List<Decision> decided(boolean commit, Decisions decisions) {
        List<Decision> made = new ArrayList<>();
        for (SentMessage message : messages) {
            if (message.transaction != null) {
                made.add(decisions.of(message.message.messageId(), message.transaction, commit));
            }
        }
        return made;
    }

    @Override
    public Iterator<SentMessage> iterator() {
        return messages.iterator();
    }
}
