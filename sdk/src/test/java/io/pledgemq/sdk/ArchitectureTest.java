package io.pledgemq.sdk;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Which package may see which. */
final class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.pledgemq.sdk");

    @Test
    void packagesFormNoRings() {
        slices().matching("io.pledgemq.sdk.(**)").should().beFreeOfCycles().check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.pledgemq.sdk.*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.pledgemq.sdk")
                .because("the root package is the roof: it imports all and is imported by none")
                .check(CLASSES);
    }

    @Test
    void onlyTheEmbeddedTransportSeesTheEngine() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.pledgemq.sdk.embedded")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.pledgemq.engine..")
                .check(CLASSES);
    }

    @Test
    void nothingUsesAnInternalPackageOfTheEngine() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.pledgemq.engine.codec",
                        "io.pledgemq.engine.index",
                        "io.pledgemq.engine.io",
                        "io.pledgemq.engine.log",
                        "io.pledgemq.engine.recovery",
                        "io.pledgemq.engine.snapshot",
                        "io.pledgemq.engine.state",
                        "io.pledgemq.engine.writer")
                .because("their package-infos name them internal: the SDK uses commands, views and the root package")
                .check(CLASSES);
    }

    @Test
    void leavesSeeNothingOfOurs() {
        noClasses()
                .that()
                .resideInAnyPackage("io.pledgemq.sdk.errors", "io.pledgemq.sdk.retry", "io.pledgemq.sdk.codec")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.pledgemq.sdk.transport", "io.pledgemq.sdk.jdbc", "io.pledgemq.sdk.embedded")
                .check(CLASSES);
    }
}
