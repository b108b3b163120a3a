// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.postgres.plan.AheadPath;
import dev.holdfast.provider.postgres.plan.ClaimPath;
import dev.holdfast.provider.postgres.plan.FeaturePath;
import dev.holdfast.provider.postgres.plan.Filling;
import dev.holdfast.provider.postgres.plan.LeasePath;
import dev.holdfast.provider.postgres.plan.LoggedPlan;
import dev.holdfast.provider.postgres.plan.PlanLog;
import dev.holdfast.provider.postgres.plan.StatePath;
import dev.holdfast.provider.postgres.plan.ValuesPath;
import dev.holdfast.provider.postgres.server.TestServer;
import dev.holdfast.tck.words.HotPath;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The plans of everything that the provider sends all day, as its own sessions carry it out, the
 * statements inside the functions included. What a bad plan is says {@link
 * dev.holdfast.provider.postgres.plan.PlanCheck}.
 */
class PlanIT {

  private static final int MILLION = 1_000_000;
  private static final Duration LOCK = Duration.ofMinutes(10);

  @BeforeAll
  static void expectAutoExplain() {
    Assumptions.assumeTrue(PlanLog.isPossible(), "the server has no auto_explain for us");
  }

  @Test
  void plansAreGoodOnAnEmptyStoreAndStayGoodWithAMillionRows() {
    inStore((tenant, plans) -> {
      try (Provider preparedEarly = plans.open()) {
        assertThat(badPlans(plans, preparedEarly, "empty")).isEmpty();
        plans.fill(MILLION);
        assertThat(badPlans(plans, preparedEarly, "full")).isEmpty();
        assertThat(badPlansOfFeatures(plans, preparedEarly, "featured")).isEmpty();
      }
      try (Provider preparedLate = plans.open()) {
        assertThat(badPlans(plans, preparedLate, "late")).isEmpty();
      }
    });
  }

  /** As with an application's own connections: then it is the statistics that matter. */
  @Test
  void plansAreGoodWithoutPinnedSettingsOnceTheServerKnowsItsTables() {
    inStore((tenant, plans) -> {
      ProviderConfig config =
          ProviderConfig.url(tenant.location().url())
              .option("schema", tenant.name())
              .option("pinPlans", "false")
              .build();
      try (Provider provider = plans.open(config)) {
        new HotPath(provider, LOCK, "empty").run();
        new ClaimPath(provider, LOCK, "empty-claimed").run();
        new AheadPath(provider, LOCK, "empty-ahead").run();
        new LeasePath(provider, LOCK, "empty-leased").run();
        new ValuesPath(provider, LOCK, "empty-values").run();
        plans.fill(MILLION);
        assertThat(badPlans(plans, provider, "full")).isEmpty();
      }
    });
  }

  @Test
  void runsAndStepsAreFoundByIndexes() {
    inStore((tenant, plans) -> {
      try (Provider provider = plans.open()) {
        new StatePath(provider, "empty").run();
        plans.fill(MILLION);
        assertThat(badPlansOfStates(plans, provider, "full")).isEmpty();

        drop(tenant, "run_created");
        assertThat(badPlansOfStates(plans, provider, "without-run-created")).isNotEmpty();
      }
    });
  }

  /**
   * The one row of deleted versions is read as a whole, and walks along an index in the order of a
   * list leave out what was not asked for: another status or kind, and what will be moved.
   */
  private static List<String> badPlansOfStates(
      PostgresPlans plans, Provider provider, String name) {
    List<LoggedPlan> logged = plans.plans(new StatePath(provider, name)::run);
    expectStatementsAbout(Filling.STATE_TABLES, logged);
    return plans.complaints(logged).stream()
        .filter(complaint -> !complaint.contains("deleted_version"))
        .filter(complaint -> !complaint.contains("passes over rows"))
        .toList();
  }

  @Test
  void aMissingIndexIsNoticed() {
    inStore((tenant, plans) -> {
      try (Provider provider = plans.open()) {
        plans.fill(MILLION / 10);
        assertThat(badPlans(plans, provider, "before")).isEmpty();

        drop(tenant, "ready_order");
        assertThat(badPlans(plans, provider, "without-ready-order"))
            .isNotEmpty()
            .allMatch(complaint -> complaint.contains("ready"))
            .noneMatch(complaint -> complaint.contains("activity"));

        drop(tenant, "activity_order");
        assertThat(badPlans(plans, provider, "without-activity-order"))
            .anyMatch(complaint -> complaint.contains("activity"));
      }
    });
  }

  private static void inStore(BiConsumer<Tenant, PostgresPlans> test) {
    Tenant tenant = Tenant.inSharedDatabase();
    try {
      test.accept(tenant, new PostgresPlans(tenant, tenant.name()));
    } finally {
      tenant.drop();
    }
  }

  private static void drop(Tenant tenant, String index) {
    TestServer.execute(tenant.location(), "DROP INDEX \"%s\".%s".formatted(tenant.name(), index));
  }

  /** The questions of operators read nothing as a whole, however much has ended. */
  private static List<String> badPlansOfFeatures(
      PostgresPlans plans, Provider provider, String name) {
    List<LoggedPlan> logged = plans.plans(new FeaturePath(provider, LOCK, name)::run);
    for (String statement :
        List.of("i.created_at IS NOT NULL", "custom_status", "'RUNNING'", "a.tag = t.tag")) {
      assertThat(logged).anyMatch(plan -> plan.query().contains(statement));
    }
    return plans.complaints(logged);
  }

  private static List<String> badPlans(PostgresPlans plans, Provider provider, String name) {
    List<LoggedPlan> logged =
        plans.plans(() -> {
          new HotPath(provider, LOCK, name).run();
          new ClaimPath(provider, LOCK, name + "-claimed").run();
          new AheadPath(provider, LOCK, name + "-ahead").run();
          new LeasePath(provider, LOCK, name + "-leased").run();
          new ValuesPath(provider, LOCK, name + "-values").run();
        });
    expectStatementsAbout(Filling.TABLES, logged);
    assertThat(logged)
        .as("plans of claims")
        .anyMatch(plan -> plan.query().contains(".claimed_rows"));
    assertThat(logged)
        .as("plans of turns ahead")
        .anyMatch(plan -> plan.query().contains(".turn_rows"));
    assertThat(logged)
        .as("plans of readEnded")
        .anyMatch(plan -> plan.query().contains("i.execution_id, i.status, i.name"));
    return plans.complaints(logged);
  }

  /** A check that sees nothing finds nothing. */
  private static void expectStatementsAbout(List<String> tables, List<LoggedPlan> logged) {
    for (String table : tables) {
      assertThat(logged)
          .as("plans of statements about " + table)
          .anyMatch(plan -> plan.query().contains("." + table + " "));
    }
  }
}
