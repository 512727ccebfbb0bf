package io.pledgemq.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * The directions of dependencies inside the engine: {@code io <- log <- writer -> state -> command <- codec}. Only the
 * root package may depend on all others.
 */
@AnalyzeClasses(packages = "io.pledgemq.engine", importOptions = ImportOption.DoNotIncludeTests.class)
class EngineArchitectureTest {
    private static final String ENGINE = "io.pledgemq.engine";

    private static ArchRule only(String name, String... others) {
        String[] allowed = new String[others.length + 3];
        allowed[0] = ENGINE + "." + name + "..";
        allowed[1] = "java..";
        allowed[2] = "org.jspecify..";
        for (int i = 0; i < others.length; i++) {
            allowed[i + 3] = ENGINE + "." + others[i] + "..";
        }
        return classes()
                .that()
                .resideInAPackage(ENGINE + "." + name + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed);
    }

    @ArchTest
    static final ArchRule IO_DEPENDS_ON_NO_OTHER = only("io");

    @ArchTest
    static final ArchRule LOG_DEPENDS_ON_IO = only("log", "io");

    @ArchTest
    static final ArchRule COMMAND_DEPENDS_ON_NO_OTHER = only("command");

    @ArchTest
    static final ArchRule CODEC_DEPENDS_ON_COMMANDS = only("codec", "command");

    @ArchTest
    static final ArchRule STATE_DEPENDS_ON_COMMANDS = only("state", "command");

    @ArchTest
    static final ArchRule SNAPSHOT_WRITES_STATES = only("snapshot", "io", "state");

    @ArchTest
    static final ArchRule RECOVERY_REPLAYS = only("recovery", "log", "snapshot", "state", "command", "codec");

    @ArchTest
    static final ArchRule WRITER_DRIVES_LOG_AND_STATE = only("writer", "io", "log", "state", "command", "codec");

    @ArchTest
    static final ArchRule INDEXES_ARE_DERIVED_FROM_THE_LOG = only("index", "io", "log", "command", "codec");

    @ArchTest
    static final ArchRule BACKUPS_ARE_COPIES_OF_FILES = only("backup", "io", "log", "snapshot");

    @ArchTest
    static final ArchRule VIEWS_ONLY_READ = only("view", "log", "index", "state", "command", "codec", "writer");

    @ArchTest
    static final ArchRule NO_PACKAGE_DEPENDS_ON_THE_ROOT = noClasses()
            .that()
            .resideInAPackage(ENGINE + ".*..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ENGINE);

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching(ENGINE + ".(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_STATE_USES_NO_CLOCK_THREAD_OR_RANDOMNESS = noClasses()
            .that()
            .resideInAPackage(ENGINE + ".state..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.time..",
                    "java.util.concurrent..",
                    "java.nio.file..",
                    "java.nio.channels..",
                    "java.net..",
                    "java.security..")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.lang\\.(Thread|Runtime)|java\\.util\\.(Random|SplittableRandom|UUID"
                    + "|HashMap|HashSet|IdentityHashMap|WeakHashMap)|java\\.io\\.(File.*|RandomAccessFile)")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .because("it is a function of the log, the same on every machine and in every replay");
}
