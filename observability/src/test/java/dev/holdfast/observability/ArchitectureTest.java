// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Observability uses what applications can use, and no provider by name. */
@AnalyzeClasses(
    packages = "dev.holdfast.observability",
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
              "dev.holdfast.provider.jdbc..",
              "dev.holdfast.provider.sqlite..",
              "dev.holdfast.provider.postgres..",
              "dev.holdfast.tck..");

  @ArchTest
  static final ArchRule ONE_CLASS_NEEDS_PROMETHEUS =
      noClasses()
          .that()
          .doNotHaveSimpleName("PrometheusPage")
          .and()
          .doNotHaveFullyQualifiedName("dev.holdfast.observability.ObservabilityServer$Builder")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.micrometer.prometheusmetrics..", "io.prometheus..");

  @ArchTest
  static final ArchRule ONE_PACKAGE_NEEDS_OPEN_TELEMETRY =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.holdfast.observability.tracing..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.opentelemetry..");
}
