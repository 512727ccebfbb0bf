package io.pledgemq.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/** The command line stands on the server and knows no protocol. */
@AnalyzeClasses(packages = "io.pledgemq", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final Set<String> OFFERED = Set.of(
            "DamagedRange",
            "EngineClock",
            "Fault",
            "FileStorage",
            "ForeignDigits",
            "IndexReport",
            "IndexVerifier",
            "Log",
            "LogConfig",
            "LogReport",
            "LogVerifier",
            "Storage",
            "SystemClock");

    @ArchTest
    static final ArchRule NOTHING_BELOW_KNOWS_THE_COMMAND_LINE = noClasses()
            .that()
            .resideOutsideOfPackage("io.pledgemq.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.pledgemq.cli..");

    /** What the engine offers: its package-infos name the rest internal. */
    private static final DescribedPredicate<JavaClass> INTERNALS_OF_THE_ENGINE = DescribedPredicate.describe(
            "internals of the engine",
            type -> type.getPackageName().startsWith("io.pledgemq.engine.")
                    && !Set.of("command", "view", "backup")
                            .contains(type.getPackageName().substring("io.pledgemq.engine.".length()))
                    && !type.isAssignableTo(Exception.class)
                    && !OFFERED.contains(type.getBaseComponentType().getSimpleName()));

    @ArchTest
    static final ArchRule SERVER_AND_COMMAND_LINE_USE_WHAT_THE_ENGINE_OFFERS = noClasses()
            .that()
            .resideInAnyPackage("io.pledgemq.server..", "io.pledgemq.cli..")
            .should()
            .dependOnClassesThat(INTERNALS_OF_THE_ENGINE);

    @ArchTest
    static final ArchRule THE_COMMAND_LINE_KNOWS_NO_PROTOCOL = noClasses()
            .that()
            .resideInAPackage("io.pledgemq.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.pledgemq.rpc..",
                    "io.pledgemq.sdk..",
                    "io.pledgemq.server.grpc..",
                    "io.grpc..",
                    "com.linecorp.armeria..",
                    "io.netty..");
}
