package dev.sallyport.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * mcp, proto &lt;- rules, codemode, service-kit &lt;- the six services &lt;- standalone; and
 * nothing sideways.
 */
class DependencyDirectionTest {

  private static final List<String> SERVICES =
      List.of("edge", "registry", "policy", "executor", "sandbox", "audit");

  private static final ImportOption WITHOUT_GENERATED_AND_TESTS =
      new ImportOption() {
        private final ImportOption tests = new ImportOption.DoNotIncludeTests();

        @Override
        public boolean includes(Location location) {
          return tests.includes(location);
        }
      };

  private static JavaClasses suite;

  @BeforeAll
  static void read() {
    suite =
        new ClassFileImporter()
            .withImportOption(WITHOUT_GENERATED_AND_TESTS)
            .importPackages("dev.sallyport");
  }

  @Test
  void seesEveryModule() {
    TreeSet<String> modules = new TreeSet<>();
    suite.forEach(type -> modules.add(type.getPackageName().split("\\.")[2]));

    assertThat(modules)
        .containsAll(SERVICES)
        .contains("mcp", "kit", "proto", "processes", "rules", "codemode", "host", "standalone");
  }

  @Test
  void keepsTheWireAndTheProcessesFreeOfFrameworks() {
    for (String plain : List.of("mcp", "processes", "demo")) {
      noClasses()
          .that()
          .resideInAPackage("dev.sallyport." + plain + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.quarkus..",
              "io.vertx..",
              "io.grpc..",
              "jakarta..",
              "io.smallrye..",
              "com.google..")
          .check(suite);
    }
    noClasses()
        .that()
        .resideInAnyPackage("dev.sallyport.mcp..", "dev.sallyport.processes..")
        .should()
        .dependOnClassesThat(
            com.tngtech.archunit.base.DescribedPredicate.describe(
                "belong to another module",
                type ->
                    type.getPackageName().startsWith("dev.sallyport.")
                        && !type.getPackageName().startsWith("dev.sallyport.mcp")
                        && !type.getPackageName().startsWith("dev.sallyport.processes")))
        .check(suite);
  }

  @Test
  void keepsConditionsAndCodeModeFreeOfFrameworksAndContracts() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.sallyport.rules..", "dev.sallyport.codemode..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.quarkus..",
            "io.vertx..",
            "io.grpc..",
            "jakarta..",
            "io.smallrye..",
            "com.google.protobuf..",
            "dev.sallyport.kit..",
            "dev.sallyport.proto..")
        .check(suite);
  }

  @Test
  void keepsServicesFromKnowingEachOther() {
    for (String service : SERVICES) {
      String[] others =
          SERVICES.stream()
              .filter(other -> !other.equals(service))
              .map(other -> "dev.sallyport." + other + "..")
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage("dev.sallyport." + service + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others)
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.sallyport.host..", "dev.sallyport.standalone..")
          .check(suite);
    }
  }

  @Test
  void keepsWhatIsSharedBelowTheServices() {
    String[] services =
        SERVICES.stream().map(name -> "dev.sallyport." + name + "..").toArray(String[]::new);
    noClasses()
        .that()
        .resideInAnyPackage("dev.sallyport.kit..", "dev.sallyport.proto..", "dev.sallyport.host..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(services)
        .check(suite);
  }

  @Test
  void keepsGrpcInItsAdapters() {
    classes()
        .that()
        .resideInAnyPackage(
            SERVICES.stream().map(name -> "dev.sallyport." + name + "..").toArray(String[]::new))
        .and()
        .resideOutsideOfPackage("..grpc..")
        .should(
            com.tngtech.archunit.lang.conditions.ArchConditions.not(
                com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat(
                    com.tngtech.archunit.base.DescribedPredicate.describe(
                        "are gRPC types",
                        type ->
                            type.getPackageName().startsWith("io.grpc")
                                || type.getPackageName().startsWith("io.quarkus.grpc")
                                || type.getPackageName().startsWith("dev.sallyport.kit.grpc")
                                    && !type.getSimpleName().equals("CallContexts")
                                    && !type.getSimpleName().equals("GrpcErrors")))))
        .check(suite);
  }

  @Test
  void keepsTheLegacyEraDeletable() {
    for (String service : List.of("edge.mcp", "executor.upstream")) {
      noClasses()
          .that()
          .resideInAPackage("dev.sallyport." + service + ".modern..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.sallyport." + service + ".legacy..")
          .allowEmptyShould(true)
          .check(suite);
    }
  }

  @Test
  void marksEveryPackageForNullChecks() {
    var unmarked =
        suite.stream()
            .map(type -> type.getPackageName())
            .filter(name -> !name.startsWith("dev.sallyport.proto"))
            .distinct()
            .filter(name -> !isNullMarked(name))
            .sorted()
            .toList();

    assertThat(unmarked).isEmpty();
  }

  private static boolean isNullMarked(String packageName) {
    try {
      Class<?> info = Class.forName(packageName + ".package-info");
      return Arrays.stream(info.getAnnotations())
          .anyMatch(a -> a.annotationType() == NullMarked.class);
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
