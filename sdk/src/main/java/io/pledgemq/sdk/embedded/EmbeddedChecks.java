package io.pledgemq.sdk.embedded;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.sdk.foreign.FailureText;
import io.pledgemq.sdk.foreign.ForeignCode;
import io.pledgemq.sdk.transport.CheckAnswer;
import io.pledgemq.sdk.transport.CheckAnswer.Verdict;
import io.pledgemq.sdk.transport.Checker;
import io.pledgemq.sdk.transport.Origin;
import io.pledgemq.sdk.transport.PledgeProperties;
import io.pledgemq.sdk.transport.Transport.Registration;
import io.pledgemq.sdk.transport.UndecidedMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes the engine's checks to the checkers, each on its own threads, and their answers back. */
final class EmbeddedChecks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedChecks.class);
    private static final int CREDIT = 1_000;
    /** A check has time-outs and a budget of its own; what takes longer than all of them hangs. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private record Question(int slot, long transaction, Message message) {}

    private final Engine engine;
    private final Duration limit;
    private final ScheduledThreadPoolExecutor watch;
    private final Set<Registration> registrations = ConcurrentHashMap.newKeySet();

    EmbeddedChecks(Engine engine) {
        this(engine, LIMIT);
    }

    /** @param limit of one call of a checker, after which others are called beside it */
    EmbeddedChecks(Engine engine, Duration limit) {
        this.engine = engine;
        this.limit = limit;
        this.watch = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "pledge-check-watch");
            thread.setDaemon(true);
            return thread;
        });
        watch.setRemoveOnCancelPolicy(true);
        watch.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    Registration register(Origin origin, Checker checker) {
        CheckerThreads threads = new CheckerThreads(origin.service(), limit, watch);
        Runnable disconnect = engine.connectSender(
                Answers.sender(origin),
                requests -> {
                    List<Question> questions = requests.stream()
                            .map(request -> new Question(request.slot(), request.transactionId(), request.message()))
                            .toList();
                    threads.execute(() -> ask(origin, checker, questions));
                },
                CREDIT);
        Registration registration = new Registration() {
            @Override
            public void close() {
                if (registrations.remove(this)) {
                    disconnect.run();
                    threads.close();
                }
            }
        };
        registrations.add(registration);
        return registration;
    }

    /** A question that gets no answer is silent: it uses up nothing, and the engine asks again. */
    private void ask(Origin origin, Checker checker, List<Question> questions) {
        Map<String, Question> open = new ConcurrentHashMap<>();
        questions.forEach(question -> open.put(question.message.id().text(), question));
        List<UndecidedMessage> messages = questions.stream()
                .map(question -> undecided(origin, question.message))
                .toList();
        Throwable failure = ForeignCode.call(() -> {
                    checker.check(messages, answer -> {
                        Question question = open.remove(answer.messageId());
                        if (question != null) {
                            give(origin, checker, question, answer);
                        }
                    });
                    return messages;
                })
                .thrown();
        if (failure != null) {
            LOG.warn(
                    "service {}: the checker failed at {} of {} messages, which are asked again: {}",
                    origin.service(),
                    open.size(),
                    messages.size(),
                    FailureText.of(failure));
        }
        open.forEach((id, question) -> give(
                origin, checker, question, CheckAnswer.silent(id, CheckAnswer.Silence.DATABASE_AWAY, "not answered")));
    }

    /** A message without the property was prepared under the identity of this database, by somebody's own code. */
    private static UndecidedMessage undecided(Origin origin, Message message) {
        String database = message.properties().getOrDefault(PledgeProperties.DATABASE_ID, origin.databaseId());
        String key = message.key() == null ? "" : message.key();
        String stamp = message.properties().getOrDefault(PledgeProperties.STAMP, "");
        return new UndecidedMessage(message.id().text(), database, message.topic(), key, stamp);
    }

    private void give(Origin origin, Checker checker, Question question, CheckAnswer answer) {
        CompletableFuture<Outcome> call =
                switch (answer.verdict()) {
                    case COMMIT -> decide(origin, question, Decision.COMMIT);
                    case ROLLBACK -> decide(origin, question, Decision.ROLLBACK);
                    case UNKNOWN ->
                        engine.answerUnknown(question.slot, question.transaction, origin.instance(), answer.detail());
                    case SILENT ->
                        engine.answerSilent(
                                question.slot, question.transaction, origin.instance(), Answers.silence(answer));
                };
        boolean commit = answer.verdict() == Verdict.COMMIT;
        CompletableFuture<Outcome> unused = call.whenComplete((outcome, failure) -> {
            if (commit && outcome instanceof Outcome.Decided) {
                ForeignCode.call(() -> {
                    checker.settled(List.of(answer.messageId()));
                    return answer;
                });
            } else if (failure != null || outcome instanceof Outcome.Refused) {
                LOG.debug("the answer {} was not taken: {}", answer, failure == null ? outcome : failure.toString());
            }
        });
    }

    private CompletableFuture<Outcome> decide(Origin origin, Question question, Decision decision) {
        return engine.decide(question.transaction, question.message.id(), decision, Party.check(origin.instance()));
    }

    @Override
    public void close() {
        registrations.forEach(Registration::close);
        watch.shutdownNow();
    }
}
