// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The runtime sees the SPI and names no provider; the kit and the examples are not for it. */
@AnalyzeClasses(
    packages = "dev.holdfast.runtime",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule NAMES_NO_PROVIDER =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.holdfast.provider.sqlite..", "dev.holdfast.provider.postgres..", "org.sqlite..");

  @ArchTest
  static final ArchRule SEES_NEITHER_KIT_NOR_EXAMPLES =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.holdfast.tck..", "dev.holdfast.examples..", "dev.holdfast.provider.internal..");
}
