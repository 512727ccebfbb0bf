package io.pledgemq.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The layers of the server, as ARCHITECTURE.md draws them. */
@AnalyzeClasses(packages = "io.pledgemq.server", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule KNOWS_THE_ENGINE_AND_THE_WIRE_TYPES_ONLY = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.pledgemq.sdk..",
                    "io.pledgemq.cli..",
                    "io.pledgemq.desk..",
                    "io.pledgemq.examples..",
                    "io.pledgemq.bench..",
                    "picocli..");

    @ArchTest
    static final ArchRule PACKAGES_FORM_NO_RING =
            slices().matching("io.pledgemq.server.(*)..").should().beFreeOfCycles();

    /** Each layer sees those that are named for it and no others; the root package puts all together. */
    @ArchTest
    static final ArchRule LAYERS = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("io.pledgemq.server..")
            .layer("server")
            .definedBy("io.pledgemq.server")
            .layer("endpoints")
            .definedBy("io.pledgemq.server.grpc..", "io.pledgemq.server.http..", "io.pledgemq.server.metrics..")
            .layer("health")
            .definedBy("io.pledgemq.server.health..")
            .layer("doctor")
            .definedBy("io.pledgemq.server.doctor..")
            .layer("work")
            .definedBy(
                    "io.pledgemq.server.alert..",
                    "io.pledgemq.server.backup..",
                    "io.pledgemq.server.catalog..",
                    "io.pledgemq.server.clients..",
                    "io.pledgemq.server.filter..")
            .layer("net")
            .definedBy("io.pledgemq.server.net..", "io.pledgemq.server.tls..")
            .layer("ground")
            .definedBy(
                    "io.pledgemq.server.access..",
                    "io.pledgemq.server.audit..",
                    "io.pledgemq.server.config..",
                    "io.pledgemq.server.files..",
                    "io.pledgemq.server.logging..",
                    "io.pledgemq.server.spelling..")
            .whereLayer("server")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("endpoints")
            .mayOnlyBeAccessedByLayers("server")
            .whereLayer("health")
            .mayOnlyBeAccessedByLayers("endpoints", "server")
            .whereLayer("doctor")
            .mayOnlyBeAccessedByLayers("server")
            .whereLayer("work")
            .mayOnlyBeAccessedByLayers("health", "endpoints", "server")
            .whereLayer("net")
            .mayOnlyBeAccessedByLayers("work", "health", "doctor", "endpoints", "server");

    @ArchTest
    static final ArchRule GRPC_IS_NOT_SEEN_BY_ADMINISTRATION_AND_METRICS = noClasses()
            .that()
            .resideInAnyPackage("io.pledgemq.server.http..", "io.pledgemq.server.metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.pledgemq.server.grpc..");

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
