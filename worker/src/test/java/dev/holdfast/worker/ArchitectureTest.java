// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The worker knows the SPI, and no engine: neither replay nor events nor how they are encoded. */
@AnalyzeClasses(
    packages = "dev.holdfast.worker",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule KNOWS_NO_ENGINE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.holdfast.runtime..",
              "..replay..",
              "..event..",
              "tools.jackson..",
              "com.fasterxml..");

  @ArchTest
  static final ArchRule NAMES_NO_PROVIDER =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.holdfast.provider.sqlite..",
              "dev.holdfast.provider.postgres..",
              "dev.holdfast.provider.internal..",
              "dev.holdfast.tck..",
              "org.sqlite..");

  @ArchTest
  static final ArchRule HELPERS_KNOW_NO_WORK =
      noClasses()
          .that()
          .resideInAPackage("dev.holdfast.worker.internal.util..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.holdfast.worker", "dev.holdfast.worker.internal", "dev.holdfast.provider..");

  /** Of the public types only the entry point knows the machinery. */
  @ArchTest
  static final ArchRule ONLY_THE_ENTRY_KNOWS_THE_MACHINERY =
      noClasses()
          .that()
          .resideInAPackage("dev.holdfast.worker")
          .and()
          .doNotHaveFullyQualifiedName(Worker.class.getName())
          .and()
          .doNotHaveFullyQualifiedName(Worker.Builder.class.getName())
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.holdfast.worker.internal..");

  @ArchTest
  static final ArchRule NO_CYCLES_IN_THE_MACHINERY =
      slices().matching("dev.holdfast.worker.(**)").should().beFreeOfCycles();
}
