// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

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

  /** Replay computes; that there are deliveries, locks and retries is for its translators. */
  @ArchTest
  static final ArchRule REPLAY_KNOWS_NO_WORKER =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.holdfast.runtime.internal.replay..", "dev.holdfast.runtime.internal.event..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.holdfast.worker",
              "dev.holdfast.worker.internal",
              "dev.holdfast.runtime.internal.turn..",
              "dev.holdfast.runtime.internal.client..");

  @ArchTest
  static final ArchRule THE_CLIENT_NEEDS_NO_WORKER =
      noClasses()
          .that()
          .resideInAPackage("dev.holdfast.runtime.internal.client..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.holdfast.worker",
              "dev.holdfast.worker.internal",
              "dev.holdfast.runtime.internal.turn..",
              "dev.holdfast.runtime.internal.replay..");

  @ArchTest
  static final ArchRule NO_CYCLES_INSIDE =
      slices().matching("dev.holdfast.runtime.(**)").should().beFreeOfCycles();
}
