// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.postgres.plan.AheadPath;
import dev.holdfast.provider.postgres.plan.ClaimPath;
import dev.holdfast.provider.postgres.plan.FeaturePath;
import dev.holdfast.provider.postgres.plan.Filling;
import dev.holdfast.provider.postgres.plan.InboxPath;
import dev.holdfast.provider.postgres.plan.LeasePath;
import dev.holdfast.provider.postgres.plan.LoggedPlan;
import dev.holdfast.provider.postgres.plan.PlanLog;
import dev.holdfast.provider.postgres.plan.StatePath;
import dev.holdfast.provider.postgres.plan.ValuesPath;
import dev.holdfast.provider.postgres.server.TestServer;
import dev.holdfast.tck.words.HotPath;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The plans of everything that the provider sends all day, as its own sessions carry it out, the
 * statements inside the functions included. What a bad plan is says {@link
 * dev.holdfast.provider.postgres.plan.PlanCheck}. There is one store, which is filled once: the
 * handles that were opened before have prepared their statements when it was empty.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlanIT {

  private static final int MILLION = 1_000_000;
  private static final Duration LOCK = Duration.ofMinutes(10);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private Tenant tenant;
  private PostgresPlans plans;
  private Provider preparedEarly;
  private Provider notPinned;
  private List<String> badWhenEmpty;

  @BeforeAll
  void fillAStoreThatWasUsed() {
    Assumptions.assumeTrue(PlanLog.isPossible(), "the server has no auto_explain for us");
    tenant = Tenant.inSharedDatabase();
    opened.push(tenant::drop);
    plans = new PostgresPlans(tenant, tenant.name());
    preparedEarly = kept(plans.open());
    notPinned =
        kept(
            plans.open(
                ProviderConfig.url(tenant.location().url())
                    .option("schema", tenant.name())
                    .option("pinPlans", "false")
                    .build()));
    badWhenEmpty = badPlans(plans, preparedEarly, "empty");
    new StatePath(preparedEarly, "empty-states").run();
    new InboxPath(preparedEarly, LOCK, "empty-inboxes").run();
    new HotPath(notPinned, LOCK, "not-pinned").run();
    new ClaimPath(notPinned, LOCK, "not-pinned-claimed").run();
    new AheadPath(notPinned, LOCK, "not-pinned-ahead").run();
    new LeasePath(notPinned, LOCK, "not-pinned-leased").run();
    new ValuesPath(notPinned, LOCK, "not-pinned-values").run();
    plans.fill(MILLION);
  }

  private Provider kept(Provider provider) {
    opened.push(provider);
    return provider;
  }

  @AfterAll
  void closeAll() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
  }

  @Test
  void plansAreGoodOnAnEmptyStoreAndStayGoodWithAMillionRows() {
    assertThat(badWhenEmpty).isEmpty();
    assertThat(badPlans(plans, preparedEarly, "full")).isEmpty();
    assertThat(badPlansOfFeatures(plans, preparedEarly, "featured")).isEmpty();
    try (Provider preparedLate = plans.open()) {
      assertThat(badPlans(plans, preparedLate, "late")).isEmpty();
    }
  }

  /** As with an application's own connections: then it is the statistics that matter. */
  @Test
  void plansAreGoodWithoutPinnedSettingsOnceTheServerKnowsItsTables() {
    assertThat(badPlans(plans, notPinned, "full-not-pinned")).isEmpty();
  }

  @Test
  void runsAndStepsAreFoundByIndexes() {
    assertThat(badPlansOfStates(plans, preparedEarly, "full-states")).isEmpty();
    without(
        "run_created",
        () ->
            assertThat(badPlansOfStates(plans, preparedEarly, "without-run-created")).isNotEmpty());
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
  void inboxesAreWalkedAlongIndexes() {
    assertThat(badPlansOfInboxes(plans, preparedEarly, "full-inboxes")).isEmpty();
    without(
        "inbox_message_input",
        () -> assertThat(badPlansOfInboxes(plans, preparedEarly, "without-input")).isNotEmpty());
  }

  /**
   * The one row of deleted versions is read as a whole, and the walk along the inputs leaves out
   * those of runs that are not suspended.
   */
  private static List<String> badPlansOfInboxes(
      PostgresPlans plans, Provider provider, String name) {
    List<LoggedPlan> logged = plans.plans(new InboxPath(provider, LOCK, name)::run);
    expectStatementsAbout(Filling.INBOX_TABLES, logged);
    return plans.complaints(logged).stream()
        .filter(complaint -> !complaint.contains("deleted_version"))
        .filter(complaint -> !complaint.contains("along inbox_message_input passes over rows"))
        .toList();
  }

  @Test
  void aMissingIndexIsNoticed() {
    without(
        "ready_order",
        () ->
            assertThat(badPlans(plans, preparedEarly, "without-ready-order"))
                .isNotEmpty()
                .allMatch(complaint -> complaint.contains("ready"))
                .noneMatch(complaint -> complaint.contains("activity")));
    without(
        "activity_order",
        () ->
            assertThat(badPlans(plans, preparedEarly, "without-activity-order"))
                .anyMatch(complaint -> complaint.contains("activity")));
  }

  private void without(String index, Runnable test) {
    String name = "\"%s\".%s".formatted(tenant.name(), index);
    String definition =
        TestServer.queryText(
                tenant.location(), "SELECT pg_get_indexdef('%s'::regclass)".formatted(name))
            .get(0);
    TestServer.execute(tenant.location(), "DROP INDEX " + name);
    try {
      test.run();
    } finally {
      TestServer.execute(tenant.location(), definition);
    }
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
