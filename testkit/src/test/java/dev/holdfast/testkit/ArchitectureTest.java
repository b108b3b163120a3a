// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The testkit uses what applications can use, and nothing inside the modules. */
@AnalyzeClasses(
    packages = "dev.holdfast.testkit",
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
              "dev.holdfast.tck..",
              "org.assertj..");
}
