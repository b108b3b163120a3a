// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The library knows the SPI and the worker, no provider, no engine and no SQL. */
@AnalyzeClasses(
    packages = "dev.holdfast.streams",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule NAMES_NO_PROVIDER_AND_NO_ENGINE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.holdfast.provider.sqlite..",
              "dev.holdfast.provider.postgres..",
              "dev.holdfast.provider.jdbc..",
              "dev.holdfast.provider.internal..",
              "dev.holdfast.tck..",
              "dev.holdfast.runtime..",
              "dev.holdfast.graph..",
              "org.sqlite..",
              "org.postgresql..");

  /** A connection may be the caller's, and is passed on; nothing is said over it here. */
  @ArchTest
  static final ArchRule SPEAKS_NO_SQL =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.sql.Statement")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.sql.PreparedStatement")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.sql.DriverManager");

  /**
   * Aggregates, events and their tests need no store; only queues need workers. Traces and counted
   * words are none.
   */
  @ArchTest
  static final ArchRule WORKERS_ARE_FOR_QUEUES =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.holdfast.streams",
              "dev.holdfast.streams.event",
              "dev.holdfast.streams.internal",
              "dev.holdfast.streams.test",
              "dev.holdfast.streams.workflow")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.holdfast.worker", "dev.holdfast.worker.internal");

  @ArchTest
  static final ArchRule EVENTS_KNOW_NO_AGGREGATES =
      noClasses()
          .that()
          .resideInAPackage("dev.holdfast.streams.event")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.holdfast.streams");

  @ArchTest
  static final ArchRule TESTS_OF_AGGREGATES_KNOW_NO_STORE =
      noClasses()
          .that()
          .resideInAPackage("dev.holdfast.streams.test")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("dev.holdfast.provider.Provider");

  @ArchTest
  static final ArchRule PARTS_USE_EACH_OTHER_ONE_WAY =
      slices().matching("dev.holdfast.streams.(**)").should().beFreeOfCycles();
}
