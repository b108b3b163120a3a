// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstanceQuery;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How the list of a status is found among many instances that have another one. */
class ListPlanTest {

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(
      value = ExecutionStatus.class,
      names = {"RUNNING", "FAILED"})
  void fewAreFoundByTheirStatus(ExecutionStatus status) throws SQLException {
    Path file = directory.resolve("store.db");
    try (SqliteTestStore store = new SqliteTestStore(file)) {
      SqlitePlans plans = (SqlitePlans) store.planReader().orElseThrow();
      try (Provider provider = plans.open()) {
        plans.fill();
        set(file, status, 10);
        List<String> found = planOfList(plans, file, provider, status);

        assertThat(found).anyMatch(step -> step.contains(indexOf(status)));
        assertThat(found).noneMatch(step -> step.contains("holdfast_instance_created"));

        drop(file, indexOf(status));
        assertThat(planOfList(plans, file, provider, status))
            .noneMatch(step -> step.contains(indexOf(status)));
      }
    }
  }

  @Test
  void manyAreMetAlongTheList() throws SQLException {
    Path file = directory.resolve("store.db");
    try (SqliteTestStore store = new SqliteTestStore(file)) {
      SqlitePlans plans = (SqlitePlans) store.planReader().orElseThrow();
      try (Provider provider = plans.open()) {
        plans.fill();
        set(file, ExecutionStatus.RUNNING, 50_000);

        assertThat(planOfList(plans, file, provider, ExecutionStatus.RUNNING))
            .anyMatch(step -> step.contains("holdfast_instance_created"))
            .noneMatch(step -> step.contains("ORDER BY"));
      }
    }
  }

  private static String indexOf(ExecutionStatus status) {
    return status == ExecutionStatus.RUNNING
        ? "holdfast_execution_running"
        : "holdfast_execution_failed";
  }

  /** The plan of the last statement that a page needs: what is counted before it is bounded. */
  private static List<String> planOfList(
      SqlitePlans plans, Path file, Provider provider, ExecutionStatus status) throws SQLException {
    InstanceAdmin admin = provider.capability(InstanceAdmin.class).orElseThrow();
    InstanceQuery query =
        InstanceQuery.firstPage(InstanceFilter.builder().statuses(status).build(), 100);
    List<String> texts = plans.tap().textsDuring(() -> admin.list(query));
    String page =
        texts.stream().filter(text -> text.contains("created_at")).findFirst().orElseThrow();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      return SqlitePlans.plan(connection, page);
    }
  }

  private static void set(Path file, ExecutionStatus status, int count) throws SQLException {
    change(
        file,
        "UPDATE holdfast_execution SET status = '%s' WHERE instance_key < (SELECT min(instance_key) FROM holdfast_execution) + %d"
            .formatted(status.name(), count));
  }

  private static void drop(Path file, String index) throws SQLException {
    change(file, "DROP INDEX " + index);
  }

  private static void change(Path file, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
