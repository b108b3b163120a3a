// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Limits;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.jdbc.schema.SqlFiles;
import java.time.Duration;
import java.util.Set;

/** What this provider says about itself. */
final class SqliteInfo {

  /** Shortest interval between polls of a waiting fetch; a poll costs a few microseconds. */
  static final Duration SHORTEST_LOOK = Duration.ofMillis(4);

  static final Duration LONGEST_LOOK = Duration.ofMillis(50);

  /** Of a store in a file, which connections of callers reach too. */
  static final ProviderInfo OF_FILE =
      info(Set.of(Feature.EAGER_DISPATCH, Feature.TURNS_AHEAD, Feature.TRANSACTIONAL_ENQUEUE));

  /** Of a store in memory. */
  static final ProviderInfo IN_MEMORY = info(Set.of(Feature.EAGER_DISPATCH, Feature.TURNS_AHEAD));

  private SqliteInfo() {}

  private static ProviderInfo info(Set<Feature> features) {
    return new ProviderInfo(
        SqliteProviderFactory.ID,
        new SqlFiles(file -> SqliteInfo.class.getResourceAsStream(file)).version(),
        ProviderInfo.SPEC_VERSION,
        features,
        Limits.floor().withMaxPayloadBytes(16 * 1024 * 1024),
        // A poll is quick, but the machine may be busy: twice the interval leaves room.
        LONGEST_LOOK.multipliedBy(2));
  }
}
