// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The starter uses what applications can use, and what is optional only where that is asked. */
@AnalyzeClasses(
    packages = "dev.holdfast.spring",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule SEES_PUBLIC_PARTS_ONLY =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.holdfast.runtime.internal..",
              "dev.holdfast.worker.internal..",
              "dev.holdfast.provider.internal..",
              "dev.holdfast.provider.sqlite..",
              "dev.holdfast.provider.postgres..");

  @ArchTest
  static final ArchRule TESTS_ARE_NEEDED_IN_TESTS_ONLY =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.holdfast.spring.test")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.holdfast.spring.test",
              "dev.holdfast.testkit..",
              "org.junit..",
              "org.springframework.boot.test..");

  @ArchTest
  static final ArchRule HEALTH_IS_WHERE_BOOT_IS_TOLD_APART =
      noClasses()
          .that()
          .haveNameNotMatching(".*\\.Boot[34]Health")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.springframework.boot.actuate..", "org.springframework.boot.health..");
}
