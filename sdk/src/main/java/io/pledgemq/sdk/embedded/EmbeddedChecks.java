package io.pledgemq.sdk.embedded;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.command.Decision;
import io.pledgemq.engine.command.Message;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.command.Party;
import io.pledgemq.sdk.transport.CheckAnswer;
import io.pledgemq.sdk.transport.Checker;
import io.pledgemq.sdk.transport.Origin;
import io.pledgemq.sdk.transport.PledgeProperties;
import io.pledgemq.sdk.transport.Transport.Registration;
import io.pledgemq.sdk.transport.UndecidedMessage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the engine's questions to the checkers, on threads of its own, and the answers back. */
final class EmbeddedChecks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedChecks.class);
    private static final int CREDIT = 1_000;
    private static final int THREADS = 2;

    private record Question(int slot, long transaction, Message message) {}

    private final Engine engine;
    private final ThreadPoolExecutor threads;

    EmbeddedChecks(Engine engine) {
        this.engine = engine;
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), EmbeddedChecks::thread);
        threads.allowCoreThreadTimeOut(true);
        threads.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "pledge-checks");
        thread.setDaemon(true);
        return thread;
    }

    Registration register(Origin origin, Checker checker) {
        Runnable disconnect = engine.connectSender(
                Answers.sender(origin),
                requests -> {
                    List<Question> questions = requests.stream()
                            .map(request -> new Question(request.slot(), request.ref(), request.message()))
                            .toList();
                    threads.execute(() -> answer(origin, checker, questions));
                },
                CREDIT);
        return disconnect::run;
    }

    private void answer(Origin origin, Checker checker, List<Question> questions) {
        List<UndecidedMessage> messages = questions.stream()
                .map(question -> undecided(origin, question.message))
                .toList();
        List<CheckAnswer> answers = checker.check(messages);
        for (int i = 0; i < answers.size(); i++) {
            give(origin, checker, questions.get(i), answers.get(i));
        }
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
        boolean commit = answer.verdict() == CheckAnswer.Verdict.COMMIT;
        CompletableFuture<Outcome> unused = call.whenComplete((outcome, failure) -> {
            if (commit && outcome instanceof Outcome.Decided) {
                checker.settled(List.of(answer.messageId()));
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
        threads.shutdownNow();
    }
}
