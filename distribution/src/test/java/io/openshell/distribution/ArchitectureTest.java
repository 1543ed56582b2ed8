package io.openshell.distribution;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The rules of CONTRIBUTING and docs/style.md that the compiler and Maven's scopes do not see. */
class ArchitectureTest {
    private static final Path SOURCES = Path.of("..");
    private static final List<String> MODULES =
            List.of("framework-api", "framework-core", "proxy", "supervisor", "cli", "testkit");

    private static final Predicate<JavaClass> GIVEN_TO_PLUGINS = resideInAnyPackage(
                    "java..", "io.openshell.api..", "org.jspecify..")
            .or(DescribedPredicate.describe(
                    "are primitive or arrays", target -> target.isPrimitive() || target.isArray()));

    private static final JavaClasses OURS = modules();
    private static final JavaClasses PLUGINS = plugins();

    @Test
    void every_module_and_plugin_is_looked_at() {
        for (String root : List.of("api", "core", "proxy", "supervisor", "cli", "testkit")) {
            assertThat(OURS.containPackage("io.openshell." + root))
                    .as("classes of io.openshell.%s", root)
                    .isTrue();
        }
        assertThat(PLUGINS).as("classes of the plugins").isNotEmpty();
    }

    @Test
    void each_layer_uses_only_those_below_it() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("api")
                .definedBy("io.openshell.api..")
                .layer("core")
                .definedBy("io.openshell.core..")
                .layer("proxy")
                .definedBy("io.openshell.proxy..")
                .layer("supervisor")
                .definedBy("io.openshell.supervisor..")
                .layer("cli")
                .definedBy("io.openshell.cli..")
                .layer("testkit")
                .definedBy("io.openshell.testkit..")
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("testkit")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("supervisor")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("proxy")
                .mayOnlyBeAccessedByLayers("supervisor", "cli")
                .whereLayer("core")
                .mayOnlyBeAccessedByLayers("proxy", "supervisor", "cli")
                .check(OURS);
    }

    @Test
    void the_plugin_interfaces_need_only_the_JDK_and_JSpecify() {
        classes()
                .that()
                .resideInAPackage("io.openshell.api..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage("io.openshell.api..", "java..", "org.jspecify.."))
                .check(OURS);
    }

    @Test
    void a_plugin_sees_only_the_plugin_interfaces_of_ours() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "io.openshell.core..",
                        "io.openshell.proxy..",
                        "io.openshell.supervisor..",
                        "io.openshell.cli..",
                        "io.openshell.testkit..",
                        "io.netty..",
                        "org.pf4j.."))
                .check(PLUGINS);
    }

    /** The program's libraries cannot be seen by plugins: whatever they use besides the interfaces, they bring. */
    @Test
    void a_plugin_brings_the_libraries_that_it_uses() throws IOException {
        for (Path plugin : pluginModules()) {
            Set<String> brought = classesIn(plugin.resolve("target/plugin/lib"));
            JavaClasses own = new ClassFileImporter().importPath(classesOf(plugin));
            DescribedPredicate<JavaClass> elsewhere = DescribedPredicate.describe(
                    "are neither its own, nor in a jar of its folder, nor given to every plugin",
                    target -> !GIVEN_TO_PLUGINS.test(target)
                            && !own.contain(target.getName())
                            && !brought.contains(target.getName()));
            noClasses().should().dependOnClassesThat(elsewhere).check(own);
        }
    }

    private static Set<String> classesIn(Path folder) throws IOException {
        Set<String> classes = new HashSet<>();
        if (!Files.isDirectory(folder)) {
            return classes;
        }
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
            for (Path jar : jars) {
                try (ZipFile file = new ZipFile(jar.toFile())) {
                    file.stream()
                            .map(ZipEntry::getName)
                            .filter(name -> name.endsWith(".class"))
                            .forEach(name -> classes.add(name.substring(0, name.length() - ".class".length())
                                    .replace('/', '.')));
                }
            }
        }
        return classes;
    }

    @Test
    void decisions_have_no_sockets_and_only_the_supervisor_has_native_calls() {
        noClasses()
                .that()
                .resideInAnyPackage("io.openshell.api..", "io.openshell.core..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.netty..", "java.net.http..", "javax.net.."))
                .check(OURS);
        noClasses()
                .that()
                .resideOutsideOfPackage("io.openshell.supervisor..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("com.sun.jna.."))
                .check(OURS);
        classes()
                .that()
                .resideOutsideOfPackage("io.openshell.cli..")
                .should()
                .onlyDependOnClassesThat(DescribedPredicate.not(resideInAnyPackage("picocli..")))
                .check(OURS);
    }

    @Test
    void native_calls_are_in_libc_or_in_classes_named_native() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.openshell.supervisor.libc")
                .and()
                .haveNameNotMatching(".*\\.Native\\w*(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("com.sun.jna.Library")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("com.sun.jna.Native")
                .check(OURS);
    }

    @Test
    void packages_have_no_cycles() {
        // A plugin's entry names the factories, and each factory is a PluginFactory: one knot, on purpose.
        slices().matching("io.openshell.(**)")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(
                        resideInAnyPackage("io.openshell.api.."), resideInAnyPackage("io.openshell.api.plugin"))
                .check(OURS);
    }

    @Test
    void no_name_says_nothing() {
        for (JavaClasses classes : List.of(OURS, PLUGINS)) {
            noClasses()
                    .should()
                    .haveNameMatching(".*(Utils?|Helper|Manager|Commons?)")
                    .check(classes);
            noClasses()
                    .should()
                    .resideInAnyPackage(
                            "..util..", "..utils..", "..common..", "..helper..", "..manager..", "..internal..")
                    .check(classes);
        }
    }

    @Test
    void a_public_class_is_final_unless_it_is_made_to_be_extended() {
        for (JavaClasses classes : List.of(OURS, PLUGINS)) {
            classes()
                    .that()
                    .arePublic()
                    .and()
                    .areNotInterfaces()
                    .and()
                    .areNotEnums()
                    .and()
                    .doNotHaveModifier(JavaModifier.ABSTRACT)
                    .should()
                    .haveModifier(JavaModifier.FINAL)
                    .allowEmptyShould(true)
                    .check(classes);
        }
    }

    @Test
    void every_package_is_null_marked() {
        for (JavaClasses classes : List.of(OURS, PLUGINS)) {
            List<String> unmarked = classes.stream()
                    .map(JavaClass::getPackage)
                    .distinct()
                    .filter(seen -> !seen.isAnnotatedWith(NullMarked.class))
                    .map(JavaPackage::getName)
                    .toList();
            assertThat(unmarked).as("packages without @NullMarked").isEmpty();
        }
    }

    private static JavaClasses modules() {
        return new ClassFileImporter()
                .importPaths(MODULES.stream()
                        .map(module -> classesOf(SOURCES.resolve(module)))
                        .toList());
    }

    private static JavaClasses plugins() {
        return new ClassFileImporter()
                .importPaths(pluginModules().stream()
                        .map(ArchitectureTest::classesOf)
                        .toList());
    }

    private static List<Path> pluginModules() {
        List<Path> folders = new ArrayList<>();
        for (String parent : List.of("plugins", "examples")) {
            try (Stream<Path> children = Files.list(SOURCES.resolve(parent))) {
                children.filter(child -> Files.exists(child.resolve("pom.xml"))).forEach(folders::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return folders;
    }

    private static Path classesOf(Path module) {
        return module.resolve("target/classes");
    }
}
