// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The SPI depends on the JDK and JSpecify alone. */
@AnalyzeClasses(
    packages = "dev.holdfast.provider",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule DEPENDS_ON_NOTHING =
      classes()
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage("java..", "javax.sql..", "org.jspecify.annotations..")
                  .or(resideInAPackage("dev.holdfast.provider..")));

  @ArchTest
  static final ArchRule CORE_DOES_NOT_KNOW_HELP_FOR_AUTHORS =
      noClasses()
          .that()
          .resideInAnyPackage("..provider.admin..", "..provider.feature..", "..provider.internal..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.holdfast.provider.support..");
}
