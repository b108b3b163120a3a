// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

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
    packages = "dev.holdfast.provider.sqlite",
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
  static final ArchRule ONLY_FACTORY_AND_BACKUP_ARE_PUBLIC =
      classes()
          .that()
          .resideInAPackage("dev.holdfast.provider.sqlite")
          .and()
          .arePublic()
          .should()
          .haveSimpleName("SqliteProviderFactory")
          .orShould()
          .haveSimpleName("SqliteBackup");

  @ArchTest
  static final ArchRule LAYERS =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("provider")
          .definedBy("dev.holdfast.provider.sqlite")
          .layer("wait")
          .definedBy("..sqlite.wait..")
          .layer("queue")
          .definedBy("..sqlite.queue..")
          .layer("admin")
          .definedBy("..sqlite.admin..")
          .layer("state")
          .definedBy("..sqlite.state..")
          .layer("changes")
          .definedBy("..sqlite.changes..")
          .layer("schema")
          .definedBy("..sqlite.schema..")
          .layer("owner")
          .definedBy("..sqlite.owner..")
          .layer("store")
          .definedBy("..sqlite.store..")
          .whereLayer("provider")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("wait")
          .mayOnlyBeAccessedByLayers("provider")
          .whereLayer("queue")
          .mayOnlyBeAccessedByLayers("provider", "wait", "changes")
          .whereLayer("admin")
          .mayOnlyBeAccessedByLayers("provider")
          .whereLayer("state")
          .mayOnlyBeAccessedByLayers("provider", "changes")
          .whereLayer("changes")
          .mayOnlyBeAccessedByLayers("provider")
          .whereLayer("owner")
          .mayOnlyBeAccessedByLayers("provider", "admin")
          .whereLayer("schema")
          .mayOnlyBeAccessedByLayers("provider");
}
