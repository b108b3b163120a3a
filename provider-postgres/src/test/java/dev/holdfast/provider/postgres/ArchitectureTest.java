// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * A provider sees the SPI and its driver, never runtime or kit; inside, dependencies point down.
 */
@AnalyzeClasses(
    packages = "dev.holdfast.provider.postgres",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule SEES_NEITHER_RUNTIME_NOR_KIT =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.holdfast.runtime..", "dev.holdfast.tck..", "dev.holdfast.examples..");

  @ArchTest
  static final ArchRule DOES_NOT_USE_THE_SPIS_INTERNALS =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.holdfast.provider.internal..");

  @ArchTest
  static final ArchRule ONLY_THE_FACTORY_IS_PUBLIC =
      classes()
          .that()
          .resideInAPackage("dev.holdfast.provider.postgres")
          .and()
          .arePublic()
          .should()
          .haveSimpleName("PostgresProviderFactory");

  @ArchTest
  static final ArchRule LAYERS =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("provider")
          .definedBy("dev.holdfast.provider.postgres")
          .layer("wait")
          .definedBy("..postgres.wait..")
          .layer("queue")
          .definedBy("..postgres.queue..")
          .layer("admin")
          .definedBy("..postgres.admin..")
          .layer("state")
          .definedBy("..postgres.state..")
          .layer("changes")
          .definedBy("..postgres.changes..")
          .layer("stream")
          .definedBy("..postgres.stream..")
          .layer("call")
          .definedBy("..postgres.call..")
          .layer("connect")
          .definedBy("..postgres.connect..")
          .layer("schema")
          .definedBy("..postgres.schema..")
          .whereLayer("provider")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("wait")
          .mayOnlyBeAccessedByLayers("provider")
          .whereLayer("queue")
          .mayOnlyBeAccessedByLayers("provider", "wait")
          .whereLayer("admin")
          .mayOnlyBeAccessedByLayers("provider")
          .whereLayer("state")
          .mayOnlyBeAccessedByLayers("provider")
          .whereLayer("changes")
          .mayOnlyBeAccessedByLayers("provider", "queue")
          .whereLayer("stream")
          .mayOnlyBeAccessedByLayers("provider", "changes")
          .whereLayer("call")
          .mayOnlyBeAccessedByLayers("provider", "wait", "queue", "state", "changes", "stream")
          .whereLayer("connect")
          .mayOnlyBeAccessedByLayers(
              "provider", "wait", "queue", "call", "admin", "state", "changes", "stream")
          .whereLayer("schema")
          .mayOnlyBeAccessedByLayers("provider", "connect", "wait");
}
