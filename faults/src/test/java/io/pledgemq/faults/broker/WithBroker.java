package io.pledgemq.faults.broker;

import io.pledgemq.faults.client.WarmUp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests one broker that all of them share; it is stopped with the last. When a test fails its log is shown, as
 * far as the test saw it. The broker is ours, or Apache RocketMQ with {@code -Dpledgemq.broker=rocketmq}; what that
 * cannot pass is marked {@link OursAlone} and left out then.
 */
public final class WithBroker implements ParameterResolver, AfterTestExecutionCallback, ExecutionCondition {
    private static final boolean ROCKETMQ =
            System.getProperty("pledgemq.broker", "pledgemq").equals("rocketmq");
    private static final ExtensionContext.Namespace SPACE = ExtensionContext.Namespace.create(WithBroker.class);
    private static final int SHOWN = 20_000;

    private record Shared(Broker broker) implements AutoCloseable {
        @Override
        public void close() {
            broker.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Broker.class;
    }

    @Override
    public Broker resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return shared(context);
    }

    private static Broker shared(ExtensionContext context) {
        return context.getRoot()
                .getStore(SPACE)
                .getOrComputeIfAbsent(Shared.class, type -> new Shared(start()), Shared.class)
                .broker;
    }

    /** A directory of this build for a server. */
    public static Path directory(String name) {
        try {
            Path target = Path.of(System.getProperty("pledgemq.target", "target"));
            Files.createDirectories(target);
            return Files.createTempDirectory(target, name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Broker start() {
        Broker broker = ROCKETMQ
                ? RocketMqBroker.start(Path.of("..").toAbsolutePath().normalize(), directory("rocketmq"))
                : new PledgeBroker.Setup().start(directory("shared"));
        WarmUp.of(broker);
        return broker;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return context.getElement()
                .map(element -> element.getAnnotation(OursAlone.class))
                .filter(mark -> ROCKETMQ)
                .map(mark -> ConditionEvaluationResult.disabled(mark.value()))
                .orElseGet(() -> ConditionEvaluationResult.enabled("either passes it"));
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            String log = shared(context).log();
            System.err.println("-- the broker's log at the failure of " + context.getDisplayName() + "\n"
                    + log.substring(Math.max(0, log.length() - SHOWN)));
        }
    }
}
