// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.stream.StreamId;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Removes what a {@link Sweep} has found, or only counts it. Both count the same of the same store.
 */
interface Removal {

  /** {@return one that removes, as long as it may} */
  static Removal of(Provider provider, int batch, Supplier<Boolean> mayGoOn) {
    return new RealRemoval(provider, batch, mayGoOn);
  }

  /** {@return one that only counts} */
  static Removal imagined(Provider provider, int batch) {
    return new ImaginedRemoval(provider, batch);
  }

  /** {@return how many things one call is given} */
  int batch();

  /** {@return whether another transaction may begin} */
  boolean mayGoOn();

  /** Removes those of the roots that have finished before a moment, with finished trees. */
  InstanceDeletion.Counts instances(List<String> roots, Instant before);

  /** Removes former executions of those of the instances that run. */
  ExecutionPruning.Counts executions(List<String> instances, ExecutionPruning.Options options);

  /** Removes those of the runs that are still as they were seen. */
  long runs(List<RunSummary> runs);

  /** Removes messages of inboxes that were consumed before a moment; null when not counted. */
  @Nullable Long inbox(Instant before);

  /** Removes audit records that were stored before a moment. */
  long audit(Instant before);

  /** Removes all but the newest snapshots; so many were seen that go. */
  long snapshots(StreamId stream, String schema, int keep, long seen);
}
