package io.pledgemq.server.access;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Access knows no wire protocol and no web server. */
@AnalyzeClasses(packages = "io.pledgemq.server.access", importOptions = DoNotIncludeTests.class)
class AccessArchitectureTest {

    @ArchTest
    static final ArchRule RULES_ARE_FUNCTIONS_OF_PLAIN_VALUES = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..", "com.linecorp..", "io.netty..", "com.google.protobuf..", "picocli..");

    /** What is logged can leak; this package hands texts to the audit log only. */
    @ArchTest
    static final ArchRule NOTHING_IS_LOGGED_OR_PRINTED = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.slf4j..", "java.util.logging..")
            .orShould()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");
}
