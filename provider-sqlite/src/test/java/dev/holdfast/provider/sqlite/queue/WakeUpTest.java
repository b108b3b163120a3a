// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.Limits;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.SchemaMode;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.sqlite.schema.Schema;
import dev.holdfast.provider.sqlite.store.Database;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.SqliteFile;
import dev.holdfast.provider.support.RequestChecks;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fetchers are woken for work that is left over, and not for what its maker took along. */
class WakeUpTest {

  private static final RequestChecks CHECKS =
      new RequestChecks(
          new ProviderInfo("test", "1", "1.0", Set.of(), Limits.floor(), Duration.ofSeconds(1)));
  private static final Duration LOCK = Duration.ofMinutes(1);
  private static final EagerInstance INSTANCE = new EagerInstance(LOCK, 100, null);

  private record Woken(boolean orchestrations, boolean activities) {}

  private final List<Woken> woken = new ArrayList<>();
  private Database database;

  @BeforeEach
  void open() throws SQLException {
    SqliteFile file = new SqliteFile(null, SqliteFile.Synchronous.FULL, 1_000);
    Session writer = file.openWriter();
    new Schema(writer, InstantSource.system()).open(SchemaMode.CREATE_AND_MIGRATE);
    database =
        new Database(
            file,
            writer,
            InstantSource.system(),
            0,
            (orchestrations, activities) -> woken.add(new Woken(orchestrations, activities)));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void aMessageWakesFetchersOfInstancesUnlessItsInstanceIsClaimed() {
    database.write("enqueue", tx -> Enqueuer.enqueue(tx, "enqueue", start("one")));
    claimed("two");

    assertThat(woken).containsExactly(new Woken(true, false), new Woken(false, false));
  }

  @Test
  void whoClaimsOneInstanceWakesFetchersForAnotherOfTheSameCommit() {
    database.write(
        "enqueue",
        tx -> {
          Enqueuer.enqueue(tx, "enqueue", start("one"));
          return EagerFetcher.enqueue(tx, "enqueue", start("two"), INSTANCE, CHECKS);
        });

    assertThat(woken).containsExactly(new Woken(true, false));
  }

  @Test
  void activitiesWakeFetchersAsFarAsTheyAreNotClaimed() {
    List<OrchestrationItem> items = List.of(claimed("one"), claimed("two"));
    woken.clear();

    ack(items.get(0), new EagerActivities(2, LOCK, TagFilter.untagged(), null));
    ack(items.get(1), new EagerActivities(1, LOCK, TagFilter.untagged(), null));

    assertThat(woken).containsExactly(new Woken(false, false), new Woken(false, true));
  }

  private OrchestrationItem claimed(String id) {
    return database
        .write("enqueue", tx -> EagerFetcher.enqueue(tx, "enqueue", start(id), INSTANCE, CHECKS))
        .eagerInstance();
  }

  /** Schedules two activities. */
  private void ack(OrchestrationItem item, EagerActivities eager) {
    List<ActivityTask> tasks =
        LongStream.of(1, 2)
            .mapToObj(id ->
                ActivityTask.builder(
                        new ActivityIdentity(item.instanceId(), 1, id),
                        "do",
                        Payload.empty(),
                        "flow")
                    .build())
            .toList();
    OrchestrationAck ack =
        OrchestrationAck.builder(item.lockToken(), 1).activities(tasks).eager(eager).build();
    database.write("ackOrchestrationItem", tx -> OrchestrationAcker.ack(tx, ack));
  }

  private static OrchestratorMessage start(String id) {
    return OrchestratorMessage.builder(id, "start", Payload.empty())
        .start(ExecutionStart.of("flow"))
        .build();
  }
}
