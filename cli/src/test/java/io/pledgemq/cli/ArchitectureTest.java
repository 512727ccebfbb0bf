package io.pledgemq.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Everybody with a command line may use this module, so it uses none of ours. */
@AnalyzeClasses(packages = "io.pledgemq.cli", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule KNOWS_NO_OTHER_MODULE = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.pledgemq.cli", "java..", "picocli..", "org.jspecify..");
}
