package io.pledgemq.sdk;

import io.pledgemq.sdk.transport.Checker;
import io.pledgemq.sdk.transport.Decision;
import io.pledgemq.sdk.transport.DecisionResult;
import io.pledgemq.sdk.transport.GroupDeclaration;
import io.pledgemq.sdk.transport.Limits;
import io.pledgemq.sdk.transport.Origin;
import io.pledgemq.sdk.transport.OutgoingMessage;
import io.pledgemq.sdk.transport.PrepareResult;
import io.pledgemq.sdk.transport.Receiver;
import io.pledgemq.sdk.transport.TopicKind;
import io.pledgemq.sdk.transport.Transport;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A real transport whose decisions never arrive, as if the sender had died right after its COMMIT. */
record LossyTransport(Transport real) implements Transport {
    @Override
    public String engineId() {
        return real.engineId();
    }

    @Override
    public Limits limits() {
        return real.limits();
    }

    @Override
    public Optional<TopicKind> topicKind(String topic) {
        return real.topicKind(topic);
    }

    @Override
    public Optional<TopicKind> topicKindNow(String topic) {
        return real.topicKindNow(topic);
    }

    @Override
    public List<PrepareResult> prepare(List<OutgoingMessage> messages) {
        return real.prepare(messages);
    }

    @Override
    public CompletionStage<List<DecisionResult>> decide(List<Decision> decisions) {
        return CompletableFuture.completedFuture(Collections.nCopies(decisions.size(), DecisionResult.NOT_CONFIRMED));
    }

    @Override
    public Registration registerChecker(Origin origin, Checker checker) {
        return real.registerChecker(origin, checker);
    }

    @Override
    public Set<String> settledAmong(Collection<String> messageIds) {
        return real.settledAmong(messageIds);
    }

    @Override
    public boolean knowsAllSettled() {
        return real.knowsAllSettled();
    }

    @Override
    public void ensureTopic(String topic) {
        real.ensureTopic(topic);
    }

    @Override
    public Receiver openReceiver(GroupDeclaration group) {
        return real.openReceiver(group);
    }

    @Override
    public void close() {}
}
