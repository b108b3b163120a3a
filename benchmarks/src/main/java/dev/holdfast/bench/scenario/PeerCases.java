// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.store.BenchStore;
import java.util.List;

/**
 * The cases of {@link PeersScenario}, found with {@code ServiceLoader}: they need another system's
 * libraries, which a plain build must not fetch. Stateless.
 */
public interface PeerCases {

  /** The cases on PostgreSQL. */
  List<Case> cases(BenchStore store, Settings settings);
}
