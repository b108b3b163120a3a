// SPDX-License-Identifier: Apache-2.0

/**
 * Takes work from a store, keeps its locks, has engines do it and stores the results. It knows
 * turns and activities, and neither replay nor events nor JSON. Start at {@link
 * dev.holdfast.worker.Worker}; engines implement {@link dev.holdfast.worker.TurnHandler}.
 */
@SuppressWarnings("module") // these engines are compiled later
module dev.holdfast.worker {
  requires transitive dev.holdfast.provider;
  requires org.slf4j;
  requires static org.jspecify;

  exports dev.holdfast.worker;
  exports dev.holdfast.worker.tracing;
  exports dev.holdfast.worker.internal.util to
      dev.holdfast.graph,
      dev.holdfast.runtime,
      dev.holdfast.streams;
}
