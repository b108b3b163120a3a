// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.postgres.plan.Filling;
import dev.holdfast.provider.postgres.plan.LoggedPlan;
import dev.holdfast.provider.postgres.plan.PlanCheck;
import dev.holdfast.provider.postgres.plan.PlanLog;
import dev.holdfast.tck.fixture.PlanReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/** Reads the plans of the provider's own sessions, those of statements inside functions too. */
final class PostgresPlans implements PlanReader {

  private static final int ROWS = 100_000;

  private final Tenant tenant;
  private final String schema;
  private final PlanLog log = new PlanLog();

  PostgresPlans(Tenant tenant, String schema) {
    this.tenant = tenant;
    this.schema = schema;
  }

  @Override
  public Provider open() {
    return open(ProviderConfig.url(tenant.location().url()).option("schema", schema).build());
  }

  /** Opens a handle with a configuration of this store. */
  Provider open(ProviderConfig config) {
    PlanLog.logPlansOf(tenant.name(), tenant.admin());
    return Opening.open(config, PostgresOptions.parse(config), log::wrap);
  }

  @Override
  public void fill() {
    fill(ROWS);
  }

  void fill(int rows) {
    Filling.fill(tenant.location(), schema, rows);
  }

  @Override
  public List<String> badPlans(Runnable calls) {
    return complaints(plans(calls));
  }

  @Override
  public boolean sendBadStatement() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(tenant.location().jdbcUrl());
    source.setUser(tenant.location().user());
    source.setPassword(tenant.location().password());
    try (Connection connection = log.wrap(source).getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT * FROM %s.message ORDER BY abs(seq) LIMIT 1".formatted(schema))) {
      statement.executeQuery().close();
      return true;
    } catch (SQLException e) {
      throw new IllegalStateException(schema + " cannot be read", e);
    }
  }

  /** The plans of all statements that handles of this reader send meanwhile. */
  List<LoggedPlan> plans(Runnable calls) {
    return log.during(calls);
  }

  List<String> complaints(List<LoggedPlan> plans) {
    PlanCheck check = PlanCheck.of(tenant.location(), schema);
    return plans.stream().flatMap(plan -> check.complaints(plan).stream()).distinct().toList();
  }
}
