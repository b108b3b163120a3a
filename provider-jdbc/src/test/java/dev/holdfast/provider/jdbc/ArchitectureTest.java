// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The shared parts know the SPI and JDBC, and no provider; they do not know each other. */
@AnalyzeClasses(
    packages = "dev.holdfast.provider.jdbc",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule KNOWS_THE_SPI_AND_JDBC =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "org.slf4j..",
              "org.jspecify.annotations..",
              "dev.holdfast.provider",
              "dev.holdfast.provider.admin",
              "dev.holdfast.provider.state",
              "dev.holdfast.provider.stream",
              "dev.holdfast.provider.support..",
              "dev.holdfast.provider.jdbc..");

  /**
   * State rows are asked for as administration asks, and decoded as others are; streams likewise,
   * and their changes are applied as those of state are.
   */
  @ArchTest
  static final ArchRule PARTS_DO_NOT_KNOW_EACH_OTHER =
      slices()
          .matching("dev.holdfast.provider.jdbc.(*)..")
          .should()
          .notDependOnEachOther()
          .ignoreDependency(
              resideInAPackage("..jdbc.state.."),
              resideInAnyPackage("..jdbc.admin..", "..jdbc.row.."))
          .ignoreDependency(
              resideInAPackage("..jdbc.stream.."),
              resideInAnyPackage("..jdbc.admin..", "..jdbc.row..", "..jdbc.state.."));
}
