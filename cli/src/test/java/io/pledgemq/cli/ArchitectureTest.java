package io.pledgemq.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The command line stands on the server and knows no protocol. */
@AnalyzeClasses(packages = "io.pledgemq", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule NOTHING_BELOW_KNOWS_THE_COMMAND_LINE = noClasses()
            .that()
            .resideOutsideOfPackage("io.pledgemq.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.pledgemq.cli..");

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
