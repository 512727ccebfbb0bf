package io.pledgemq.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The order service stands alone, the warehouse knows its event, and neither knows the demo. */
@AnalyzeClasses(packages = "io.pledgemq.examples", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule ORDER_SERVICE_STANDS_ALONE = noClasses()
            .that()
            .resideInAPackage("..examples.order..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..examples.warehouse..", "..examples.demo..", "io.pledgemq.sdk..");

    @ArchTest
    static final ArchRule WAREHOUSE_DOES_NOT_KNOW_THE_DEMO = noClasses()
            .that()
            .resideInAPackage("..examples.warehouse..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..examples.demo..", "io.pledgemq.sdk..");

    @ArchTest
    static final ArchRule COMPARISON_BELIEVES_THE_DATABASES_ONLY = noClasses()
            .that()
            .haveSimpleNameStartingWith("Reconciliation")
            .or()
            .haveSimpleName("Findings")
            .or()
            .haveSimpleName("OrderedRows")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.pledgemq.sdk..", "io.pledgemq.engine..");
}
