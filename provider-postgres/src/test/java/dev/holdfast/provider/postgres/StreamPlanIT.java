// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.postgres.plan.LoggedPlan;
import dev.holdfast.provider.postgres.plan.PlanLog;
import dev.holdfast.provider.postgres.plan.StreamFilling;
import dev.holdfast.provider.postgres.plan.StreamPath;
import dev.holdfast.provider.postgres.server.TestServer;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The plans of appends, and of reads of streams and of the log, on the events of others. */
class StreamPlanIT {

  private static final int EVENTS = 10_000;

  @Test
  void appendsAndReadsAreFoundByIndexes() {
    Assumptions.assumeTrue(PlanLog.isPossible(), "the server has no auto_explain for us");
    Tenant tenant = Tenant.inSharedDatabase();
    PostgresPlans plans = new PostgresPlans(tenant, tenant.name());
    try (Provider provider = plans.open()) {
      assertThat(badPlans(plans, provider, "empty")).isEmpty();
      StreamFilling.fill(tenant.location(), tenant.name(), EVENTS);
      assertThat(badPlans(plans, provider, "full")).isEmpty();
      assertThat(labelsOfNothing(tenant)).as("labels of archived events").containsExactly("0");

      TestServer.execute(
          tenant.location(),
          "ALTER TABLE \"%s\".event_label DROP CONSTRAINT event_label_pkey"
              .formatted(tenant.name()));
      assertThat(badPlans(plans, provider, "without-labels")).isNotEmpty();
    } finally {
      tenant.drop();
    }
  }

  /** Labels are computed here when events are appended, and by the store when they are archived. */
  private static List<String> labelsOfNothing(Tenant tenant) {
    return TestServer.queryText(
        tenant.location(),
        """
        SELECT count(*) FROM "%1$s".event_label l
         WHERE NOT EXISTS (SELECT FROM "%1$s".event e WHERE e.position = l.position)
        """
            .formatted(tenant.name()));
  }

  private static List<String> badPlans(PostgresPlans plans, Provider provider, String name) {
    List<LoggedPlan> logged = plans.plans(new StreamPath(provider, name)::run);
    for (String table : StreamFilling.TABLES) {
      assertThat(logged)
          .as("plans of statements about " + table)
          .anyMatch(plan -> plan.query().contains("." + table + " "));
    }
    return plans.complaints(logged);
  }
}
