package io.pledgemq.examples.demo;

import io.pledgemq.sdk.transport.AckNote;
import io.pledgemq.sdk.transport.CheckAnswer;
import io.pledgemq.sdk.transport.Checker;
import io.pledgemq.sdk.transport.Decision;
import io.pledgemq.sdk.transport.DecisionResult;
import io.pledgemq.sdk.transport.Delivery;
import io.pledgemq.sdk.transport.GroupDeclaration;
import io.pledgemq.sdk.transport.Limits;
import io.pledgemq.sdk.transport.Origin;
import io.pledgemq.sdk.transport.OutgoingMessage;
import io.pledgemq.sdk.transport.PrepareResult;
import io.pledgemq.sdk.transport.Receiver;
import io.pledgemq.sdk.transport.TopicKind;
import io.pledgemq.sdk.transport.Transport;
import io.pledgemq.sdk.transport.UndecidedMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way to the engine with the plan's faults on it, for the messages of one topic; their keys are order ids. What the
 * plan loses is lost until the engine asks for it or delivers again, so retries of the SDK do not heal it. It never
 * changes a message and never makes one up. Closing leaves the real transport open.
 */
final class FaultyTransport implements Transport {

    private final Transport real;
    private final FaultPlan plan;
    private final String topic;
    private final Map<String, Integer> placings = new ConcurrentHashMap<>();
    private final ResolvedByCheck resolved;
    private final Set<String> losing = ConcurrentHashMap.newKeySet();

    /** @param resolved takes what the answer to a check decides, and is not closed with this */
    FaultyTransport(Transport real, FaultPlan plan, String topic, ResolvedByCheck resolved) {
        this.real = real;
        this.plan = plan;
        this.topic = topic;
        this.resolved = resolved;
    }

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
        List<OutgoingMessage> taken = new ArrayList<>();
        for (OutgoingMessage message : messages) {
            if (!refused(message)) {
                taken.add(message);
            }
        }
        List<PrepareResult> answers = taken.isEmpty() ? List.of() : real.prepare(taken);
        List<PrepareResult> results = new ArrayList<>();
        int next = 0;
        for (OutgoingMessage message : messages) {
            boolean reached = next < taken.size() && taken.get(next).equals(message);
            results.add(
                    reached ? answers.get(next++) : new PrepareResult.Refused(null, "planned fault: prepare refused"));
        }
        return results;
    }

    private boolean refused(OutgoingMessage message) {
        if (!message.topic().equals(topic)) {
            return false;
        }
        if (plan.decisionLost(message.key())) {
            losing.add(message.messageId());
        }
        return plan.prepareRefused(message.key(), placings.merge(message.key(), 1, Integer::sum));
    }

    @Override
    public CompletionStage<List<DecisionResult>> decide(List<Decision> decisions) {
        List<Decision> sent = decisions.stream()
                .filter(decision -> !losing.contains(decision.messageId()))
                .toList();
        CompletionStage<List<DecisionResult>> answered =
                sent.isEmpty() ? CompletableFuture.completedStage(List.of()) : real.decide(sent);
        return answered.thenApply(answers -> {
            List<DecisionResult> results = new ArrayList<>();
            for (Decision decision : decisions) {
                int at = sent.indexOf(decision);
                results.add(at < 0 ? DecisionResult.NOT_CONFIRMED : answers.get(at));
            }
            return results;
        });
    }

    @Override
    public Registration registerChecker(Origin origin, Checker checker) {
        return real.registerChecker(origin, new Checker() {
            @Override
            public List<CheckAnswer> check(List<UndecidedMessage> messages) {
                messages.forEach(message -> losing.remove(message.messageId()));
                List<CheckAnswer> answers = checker.check(messages);
                answers.stream()
                        .filter(FaultyTransport::decides)
                        .map(CheckAnswer::messageId)
                        .forEach(resolved::add);
                return answers;
            }

            @Override
            public String incarnation() {
                return checker.incarnation();
            }

            @Override
            public boolean sees(Collection<String> incarnations) {
                return checker.sees(incarnations);
            }

            @Override
            public void settled(Collection<String> messageIds) {
                checker.settled(messageIds);
            }
        });
    }

    private static boolean decides(CheckAnswer answer) {
        return answer.verdict() == CheckAnswer.Verdict.COMMIT || answer.verdict() == CheckAnswer.Verdict.ROLLBACK;
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
    public void ensureTopic(String name) {
        real.ensureTopic(name);
    }

    @Override
    public Receiver openReceiver(GroupDeclaration group) {
        Receiver receiver = real.openReceiver(group);
        return group.topic().equals(topic) ? new FaultyReceiver(receiver) : receiver;
    }

    @Override
    public void close() {
        // The real transport belongs to its opener.
    }

    /** Loses acknowledgements and lease renewals. */
    private final class FaultyReceiver implements Receiver {

        private final Receiver receiver;

        FaultyReceiver(Receiver receiver) {
            this.receiver = receiver;
        }

        @Override
        public List<Delivery> receive(int max, Duration wait, Duration lease) throws InterruptedException {
            return receiver.receive(max, wait, lease);
        }

        @Override
        public void ack(Delivery delivery, AckNote note) {
            boolean first = delivery.revision() == 0 && note.outcome() == AckNote.Outcome.APPLIED;
            if (!first || !plan.ackLost(delivery.key())) {
                receiver.ack(delivery, note);
            }
        }

        @Override
        public void nack(Delivery delivery, String reason, boolean counted, Duration delay) {
            receiver.nack(delivery, reason, counted, delay);
        }

        @Override
        public void dead(Delivery delivery, String reason) {
            receiver.dead(delivery, reason);
        }

        @Override
        public void extend(Delivery delivery, Duration lease) {
            boolean slow = plan.handler(delivery.key()) == FaultPlan.HandlerFault.OUTLIVES_LEASE;
            if (!slow || delivery.attempt() > 1) {
                receiver.extend(delivery, lease);
            }
        }

        @Override
        public void close() {
            receiver.close();
        }
    }
}
