// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Limits;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.jdbc.schema.SqlFiles;
import java.time.Duration;
import java.util.Set;

/** What this provider says about itself. */
final class PostgresInfo {

  /** Shortest interval between polls of a waiting fetch. */
  static final Duration SHORTEST_LOOK = Duration.ofMillis(5);

  /** Longest interval between polls of a waiting fetch. */
  static final Duration LONGEST_LOOK = Duration.ofMillis(250);

  static final ProviderInfo INFO =
      new ProviderInfo(
          PostgresProviderFactory.ID,
          new SqlFiles(file -> PostgresInfo.class.getResourceAsStream(file)).version(),
          ProviderInfo.SPEC_VERSION,
          Set.of(
              Feature.INSTANCE_ADMIN,
              Feature.INSTANCE_DELETION,
              Feature.EXECUTION_PRUNING,
              Feature.EAGER_DISPATCH,
              Feature.TURNS_AHEAD,
              Feature.TAGS,
              Feature.SESSIONS,
              Feature.VERSION_FILTER,
              Feature.CUSTOM_STATUS,
              Feature.KEY_VALUES,
              Feature.CHANGES,
              Feature.TRANSACTIONAL_ENQUEUE,
              Feature.STATE_TABLES,
              Feature.INBOX,
              Feature.TRIGGERS,
              Feature.LEASES,
              Feature.AUDIT_LOG,
              Feature.EVENT_STREAMS,
              Feature.SNAPSHOTS,
              Feature.PROJECTIONS,
              Feature.EVENT_ARCHIVE),
          Limits.floor().withMaxPayloadBytes(16 * 1024 * 1024).withDefaultBulkSize(1_000),
          // A poll takes a round trip, and server and network may be busy: twice the interval.
          LONGEST_LOOK.multipliedBy(2));

  private PostgresInfo() {}
}
