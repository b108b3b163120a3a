// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The kit sees the SPI, never a provider and never the runtime. */
@AnalyzeClasses(packages = "dev.holdfast.tck", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule SEES_NEITHER_PROVIDERS_NOR_RUNTIME =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.holdfast.provider.sqlite..",
              "dev.holdfast.provider.postgres..",
              "dev.holdfast.runtime..",
              "dev.holdfast.examples..",
              "dev.holdfast.provider.internal..");

  @ArchTest
  static final ArchRule NEEDS_NO_ASSERTION_LIBRARY =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.assertj..", "org.hamcrest..", "org.sqlite..", "org.slf4j..");

  @ArchTest
  static final ArchRule INSTRUMENTS_KNOW_NEITHER_WORDS_NOR_JUNIT =
      noClasses()
          .that()
          .resideInAPackage("dev.holdfast.tck.instrument..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.holdfast.tck.words..", "dev.holdfast.tck.junit..", "dev.holdfast.tck.rules..");

  @ArchTest
  static final ArchRule RULES_AND_THEIR_WORDS_DO_NOT_KNOW_HOW_THE_KIT_RUNS =
      noClasses()
          .that()
          .resideInAnyPackage("dev.holdfast.tck.words..", "dev.holdfast.tck.rules..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.holdfast.tck.junit..", "org.junit.jupiter.api.extension..");
}
