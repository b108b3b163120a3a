// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.postgres.plan.LoggedPlan;
import dev.holdfast.provider.postgres.plan.PlanLog;
import dev.holdfast.provider.postgres.plan.ProjectionFilling;
import dev.holdfast.provider.postgres.plan.ProjectionPath;
import dev.holdfast.provider.postgres.plan.StreamFilling;
import dev.holdfast.provider.postgres.server.TestServer;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The plans of updates and reads of projections, beside those of others (PROJECTION-29). */
class ProjectionPlanIT {

  private static final int ROWS = 10_000;

  @Test
  void rowsCheckpointsAndParkedEventsAreFoundByIndexes() {
    Assumptions.assumeTrue(PlanLog.isPossible(), "the server has no auto_explain for us");
    Tenant tenant = Tenant.inSharedDatabase();
    PostgresPlans plans = new PostgresPlans(tenant, tenant.name());
    try (Provider provider = plans.open()) {
      assertThat(badPlans(plans, provider, "empty")).isEmpty();
      StreamFilling.fill(tenant.location(), tenant.name(), ROWS);
      ProjectionFilling.fill(tenant.location(), tenant.name(), ROWS);
      assertThat(badPlans(plans, provider, "full")).isEmpty();

      TestServer.execute(
          tenant.location(),
          "ALTER TABLE \"%s\".checkpoint DROP CONSTRAINT checkpoint_pkey".formatted(tenant.name()));
      assertThat(badPlans(plans, provider, "without-checkpoints")).isNotEmpty();
    } finally {
      tenant.drop();
    }
  }

  private static List<String> badPlans(PostgresPlans plans, Provider provider, String name) {
    List<LoggedPlan> logged = plans.plans(new ProjectionPath(provider, name)::run);
    for (String table : ProjectionFilling.TABLES) {
      assertThat(logged)
          .as("plans of statements about " + table)
          .anyMatch(plan -> plan.query().contains("." + table + " "));
    }
    return plans.complaints(logged);
  }
}
