package io.pledgemq.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The server knows the engine and nothing else of ours. */
@AnalyzeClasses(packages = "io.pledgemq.server", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule SERVER_NEVER_SEES_THE_SDK = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.pledgemq.sdk..", "io.pledgemq.examples..", "io.pledgemq.bench..");
}
