// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Limits;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.jdbc.schema.SqlFiles;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/** What this provider says about itself. */
final class SqliteInfo {

  /** Shortest interval between polls of a waiting fetch; a poll costs a few microseconds. */
  static final Duration SHORTEST_LOOK = Duration.ofMillis(4);

  static final Duration LONGEST_LOOK = Duration.ofMillis(50);

  /** Of a store in a file, which connections of callers reach too. */
  static final ProviderInfo OF_FILE = info(EnumSet.of(Feature.TRANSACTIONAL_ENQUEUE));

  /** Of a store in memory. */
  static final ProviderInfo IN_MEMORY = info(EnumSet.noneOf(Feature.class));

  private SqliteInfo() {}

  /** What all stores of this provider have, and some features besides. */
  private static ProviderInfo info(Set<Feature> features) {
    features.addAll(
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
            Feature.STATE_TABLES,
            Feature.INBOX,
            Feature.TRIGGERS,
            Feature.LEASES,
            Feature.AUDIT_LOG,
            Feature.EVENT_STREAMS,
            Feature.SNAPSHOTS,
            Feature.PROJECTIONS,
            Feature.EVENT_ARCHIVE));
    return new ProviderInfo(
        SqliteProviderFactory.ID,
        new SqlFiles(file -> SqliteInfo.class.getResourceAsStream(file)).version(),
        ProviderInfo.SPEC_VERSION,
        features,
        Limits.floor().withMaxPayloadBytes(16 * 1024 * 1024).withDefaultBulkSize(1_000),
        // A poll is quick, but the machine may be busy: twice the interval leaves room.
        LONGEST_LOOK.multipliedBy(2));
  }
}
