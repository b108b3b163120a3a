// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Providers are found, never named in code; what is asked of them is in their interfaces. */
@AnalyzeClasses(packages = "dev.holdfast.cli", importOptions = ImportOption.DoNotIncludeTests.class)
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
              "dev.holdfast.tck..",
              "org.sqlite..",
              "org.postgresql..");

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("dev.holdfast.cli.(*)..").should().beFreeOfCycles();
}
