// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The console reads features of stores, whichever store it is, and knows no command line. */
@AnalyzeClasses(
    packages = "dev.holdfast.console",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule NAMES_NO_PROVIDER =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.holdfast.provider.sqlite..",
              "dev.holdfast.provider.postgres..",
              "dev.holdfast.provider.jdbc..",
              "dev.holdfast.provider.internal..",
              "dev.holdfast.runtime.internal..",
              "dev.holdfast.streams..",
              "dev.holdfast.cli..",
              "java.sql..");

  @ArchTest
  static final ArchRule THE_DOOR_KNOWS_NO_ROOM =
      noClasses()
          .that()
          .resideInAPackage("dev.holdfast.console.http..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.holdfast.console.api..",
              "dev.holdfast.console.history..",
              "dev.holdfast.graph..");

  @ArchTest
  static final ArchRule HISTORIES_KNOW_NO_STORE =
      noClasses()
          .that()
          .resideInAPackage("dev.holdfast.console.history..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("dev.holdfast.provider.Provider");

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("dev.holdfast.console.(*)..").should().beFreeOfCycles();
}
