// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.SchemaMode;
import dev.holdfast.provider.postgres.server.Location;
import dev.holdfast.provider.postgres.server.TestServer;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.jdbc.JdbcErrors;
import dev.holdfast.tck.jdbc.StoreTap;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Versions of functions that follow each other in one store, and stand in it side by side. */
class FunctionSetIT {

  private final Location location = TestServer.get().admin();
  private final SchemaName schema =
      new SchemaName("functions_" + UUID.randomUUID().toString().replace("-", ""));

  @AfterEach
  void dropSchema() {
    TestServer.execute(location, "DROP SCHEMA IF EXISTS %s CASCADE".formatted(schema));
  }

  /** A set with one function, which returns this. */
  private static FunctionSet returning(int number, int revision, int servedFrom, int result) {
    return new FunctionSet(
        number,
        revision,
        servedFrom,
        """
        CREATE OR REPLACE FUNCTION :fn.answer() RETURNS integer
          LANGUAGE sql
        AS $$ SELECT %d $$;
        """
            .formatted(result));
  }

  private void open(FunctionSet functions) {
    open(functions, SchemaMode.CREATE_AND_MIGRATE);
  }

  private void open(FunctionSet functions, SchemaMode mode) {
    try (Connection connection = TestServer.connect(location)) {
      new Schema(connection, schema, functions).open(mode);
    } catch (SQLException e) {
      throw new IllegalStateException("the store cannot be opened", e);
    }
  }

  private Provider provider() {
    return Providers.open(location.url() + "?schema=" + schema.name());
  }

  private List<String> query(String sql) {
    return TestServer.queryText(location, sql.replace(":schema", schema.quoted()));
  }

  private int answer(int number) {
    return Integer.parseInt(query("SELECT :schema.answer_" + number + "()").get(0));
  }

  /** Each function with the transaction that made it last. */
  private List<String> functions() {
    return query(
        """
        SELECT p.proname, p.xmin
          FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE n.nspname = '%s' AND p.prorettype <> 'trigger'::regtype -- these belong to tables
         ORDER BY 1
        """
            .formatted(schema.name()));
  }

  @Test
  void changedFunctionsAreReplaced() {
    open(returning(1, 1, 1, 10));
    assertThat(answer(1)).isEqualTo(10);
    open(returning(1, 1, 1, 11));
    assertThat(answer(1)).isEqualTo(11);
    open(returning(1, 2, 1, 12));
    assertThat(answer(1)).isEqualTo(12);
    assertThat(query("SELECT number, revision FROM :schema.function_set")).containsExactly("1 | 2");
  }

  @Test
  void anOlderVersionDoesNotPutItsFunctionsBack() {
    open(returning(1, 2, 1, 12));
    List<String> before = functions();
    open(returning(1, 1, 1, 10));
    assertThat(answer(1)).isEqualTo(12);
    assertThat(functions()).isEqualTo(before);
  }

  @Test
  void equalFunctionsAreLeftAloneAtNoCost() throws SQLException {
    open(FunctionSet.CURRENT);
    List<String> before = functions();
    assertThat(before).hasSameSizeAs(FunctionSet.CURRENT.names());

    StoreTap tap = new StoreTap(JdbcErrors.standard(), true);
    Traffic traffic;
    try (Connection connection = tap.wrap(TestServer.connect(location))) {
      Traffic start = tap.soFar();
      List<String> texts =
          tap.textsDuring(() -> {
            try {
              new Schema(connection, schema).open(SchemaMode.CREATE_AND_MIGRATE);
            } catch (SQLException e) {
              throw new IllegalStateException("the store cannot be opened", e);
            }
          });
      traffic = tap.soFar().since(start);
      assertThat(texts).isNotEmpty().allMatch(text -> text.strip().startsWith("SELECT"));
    }
    assertThat(traffic.statements()).as("statements of opening a current store").isEqualTo(5);
    assertThat(functions()).isEqualTo(before);
  }

  @Test
  void anotherSignatureStandsBesideTheOneBefore() {
    open(returning(1, 1, 1, 10));
    List<String> before = functions();
    open(returning(2, 1, 1, 20));
    assertThat(answer(1)).isEqualTo(10);
    assertThat(answer(2)).isEqualTo(20);
    assertThat(functions()).containsAll(before);

    List<String> both = functions();
    open(returning(1, 1, 1, 10));
    open(returning(1, 1, 1, 10), SchemaMode.CHECK_ONLY);
    assertThat(functions()).isEqualTo(both);
  }

  @Test
  void processesOfTheVersionBeforeGoOn() {
    try (Provider before = provider()) {
      open(new FunctionSet(FunctionSet.CURRENT.number() + 1, 1, 1, FunctionSet.CURRENT.text()));
      work(before, "one");
      try (Provider openedLater = provider()) {
        work(openedLater, "two");
      }
    }
  }

  private static void work(Provider provider, String id) {
    provider.enqueue(
        OrchestratorMessage.builder(id, "Start", Payload.utf8("in"))
            .start(ExecutionStart.of("order"))
            .build());
    assertThat(provider.fetchOrchestrationItems(OrchestrationFetch.of(1, Duration.ofMinutes(10))))
        .hasSize(1);
  }

  @Test
  void setsThatAreServedNoMoreAreDroppedAndNotMadeAnew() {
    open(returning(1, 1, 1, 10));
    open(returning(11, 1, 1, 110));
    open(returning(12, 1, 11, 120));
    assertThat(query("SELECT number FROM :schema.function_set ORDER BY 1"))
        .containsExactly("11", "12");
    assertThat(answer(11)).isEqualTo(110);

    List<String> left = functions();
    assertThat(left).hasSize(2);
    for (SchemaMode mode : SchemaMode.values()) {
      assertThatThrownBy(() -> open(returning(1, 1, 1, 10), mode))
          .isInstanceOf(Misconfigured.class)
          .hasMessageContainingAll(schema.name(), "set 11", "set 1 any more");
    }
    assertThat(functions()).isEqualTo(left);
  }

  @Test
  void checkOnlyRefusesOutdatedFunctionsAndLeavesThem() {
    open(returning(1, 1, 1, 10));
    assertThatThrownBy(() -> open(returning(1, 2, 1, 12), SchemaMode.CHECK_ONLY))
        .isInstanceOf(Misconfigured.class)
        .hasMessageContainingAll(schema.name(), "revision 1", "revision 2");
    assertThatThrownBy(() -> open(returning(2, 1, 1, 20), SchemaMode.CHECK_ONLY))
        .isInstanceOf(Misconfigured.class)
        .hasMessageContaining("function set 2");
    assertThat(answer(1)).isEqualTo(10);
    assertThat(functions()).hasSize(1);
  }

  @Test
  void aMissingFunctionIsNamedAndNotMadeAnew() {
    open(returning(1, 1, 1, 10));
    TestServer.execute(location, "DROP FUNCTION %s.answer_1()".formatted(schema));
    for (SchemaMode mode : SchemaMode.values()) {
      assertThatThrownBy(() -> open(returning(1, 1, 1, 10), mode))
          .isInstanceOf(Misconfigured.class)
          .hasMessageContaining("answer_1");
    }
    assertThat(functions()).isEmpty();
  }

  @Test
  void eightThatOpenAtOnceReplaceThemOnce() throws Exception {
    open(returning(1, 1, 1, 10));
    // Whoever applies it a second time fails.
    FunctionSet once =
        new FunctionSet(
            1, 2, 1, returning(1, 2, 1, 12).text() + "CREATE TABLE :schema.applied_once ();");
    int openers = 8;
    CyclicBarrier together = new CyclicBarrier(openers);
    try (ExecutorService threads = Executors.newFixedThreadPool(openers)) {
      List<Future<Boolean>> opened =
          IntStream.range(0, openers)
              .mapToObj(i ->
                  threads.submit(() -> {
                    together.await();
                    open(once);
                    return true;
                  }))
              .toList();
      for (Future<Boolean> one : opened) {
        assertThat(one.get()).isTrue();
      }
    }
    assertThat(answer(1)).isEqualTo(12);
  }
}
