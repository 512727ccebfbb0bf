package io.pledgemq.faults.spring;

import io.pledgemq.faults.broker.Broker;
import io.pledgemq.faults.broker.GroupKind;
import io.pledgemq.faults.broker.Kind;
import io.pledgemq.faults.broker.WithBroker;
import io.pledgemq.faults.client.ChildJvm;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * {@code faults/spring-app} with nothing changed but its endpoint. It is a Maven project of its own: {@code mvn -f
 * faults/spring-app/pom.xml compile process-classes} builds it, {@code .ci/run} does so; without that this is skipped.
 */
@ExtendWith(WithBroker.class)
@Execution(ExecutionMode.CONCURRENT)
class SpringBootIT {
    @Test
    void anApplicationOnTheStarterNeedsNothingButAnotherEndpoint(Broker broker) throws Exception {
        Path target = Stream.of(Path.of("spring-app"), Path.of("faults/spring-app"))
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow()
                .resolve("target");
        Path classPath = target.resolve("class-path");
        if (!Files.exists(classPath) && !"true".equals(System.getenv("CI"))) {
            System.err.println("SKIPPED: " + classPath + " is not there; build faults/spring-app first");
            Assumptions.abort("faults/spring-app is not built");
        }
        Assertions.assertThat(classPath).exists();

        try (ChildJvm application = ChildJvm.startOn(
                target.resolve("classes")
                        + File.pathSeparator
                        + Files.readString(classPath).strip(),
                "io.pledgemq.faults.springapp.Application",
                "--demo.endpoint=" + broker.endpoint(),
                "--demo.normal=" + broker.topic(Kind.NORMAL),
                "--demo.transaction=" + broker.topic(Kind.TRANSACTION),
                "--demo.group=" + broker.group(GroupKind.FRESH))) {
            application.awaitLine("sent");
            application.awaitLine("normal hello");
            // The starter wraps a payload into JSON with its headers.
            application.awaitLine("transaction {\"payload\":\"committed\"");
            application.awaitLine("asked");
            application.awaitLine("transaction {\"payload\":\"left\"");
            Assertions.assertThat(application.output()).doesNotContain("rolled back");
        }
    }
}
