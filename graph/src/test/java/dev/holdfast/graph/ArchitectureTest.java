// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * Graphs know the SPI and the worker, no provider and no other engine; what decides reads nothing.
 */
@AnalyzeClasses(
    packages = "dev.holdfast.graph",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule NAMES_NO_PROVIDER_AND_NO_OTHER_ENGINE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.holdfast.provider.sqlite..",
              "dev.holdfast.provider.postgres..",
              "dev.holdfast.provider.internal..",
              "dev.holdfast.tck..",
              "dev.holdfast.runtime..",
              "org.sqlite..");

  /** A plan is the same whatever asks for it. Texts are counted in one way everywhere. */
  @ArchTest
  static final ArchRule PLANS_AND_PICTURES_KNOW_NO_WORKER_AND_NO_STORE =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.holdfast.graph.plan", "dev.holdfast.graph.draw", "dev.holdfast.graph.internal")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.holdfast.worker..")
                  .and(resideOutsideOfPackage("dev.holdfast.worker.internal.util")))
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("dev.holdfast.provider.Provider")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("dev.holdfast.provider.state.StateTables");

  @ArchTest
  static final ArchRule PLANS_LOOK_AT_NO_CLOCK =
      noClasses()
          .that()
          .resideInAPackage("dev.holdfast.graph.plan")
          .should()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime");

  /** Java and JSON describe a graph; what runs it and what draws it do not know each other. */
  @ArchTest
  static final ArchRule PICTURES_AND_PLANS_ARE_APART =
      noClasses()
          .that()
          .resideInAPackage("dev.holdfast.graph.draw")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.holdfast.graph.plan")
          .orShould()
          .dependOnClassesThat()
          .resideInAPackage("tools.jackson..");

  @ArchTest
  static final ArchRule NO_CYCLES_INSIDE =
      slices().matching("dev.holdfast.graph.(**)").should().beFreeOfCycles();
}
