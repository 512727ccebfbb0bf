package io.pledgemq.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The server knows the engine, the wire types and what command lines share, and nothing else of ours. */
@AnalyzeClasses(packages = "io.pledgemq.server", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule SERVER_NEVER_SEES_THE_SDK = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.pledgemq.sdk..", "io.pledgemq.examples..", "io.pledgemq.bench..");

    @ArchTest
    static final ArchRule ARMERIA_STAYS_WHERE_BYTES_COME_AND_GO = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.pledgemq.server.net..",
                    "io.pledgemq.server.tls..",
                    "io.pledgemq.server.health..",
                    "io.pledgemq.server.metrics..",
                    "io.pledgemq.server.http..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.linecorp.armeria..");

    @ArchTest
    static final ArchRule THE_ADMINISTRATION_KNOWS_ARMERIA_IN_ONE_CLASS = noClasses()
            .that()
            .resideInAPackage("io.pledgemq.server.http")
            .and()
            .doNotHaveSimpleName("AdminHttp")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.linecorp.armeria..");
}
