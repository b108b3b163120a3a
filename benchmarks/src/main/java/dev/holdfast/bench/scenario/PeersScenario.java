// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.store.BenchStore;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Holdfast beside another system of its kind, on the same server in the same run. Its cases are in
 * a module of their own, so it is measured only when it is named.
 */
final class PeersScenario implements Scenario {

  private static final String POSTGRES = "postgres";

  @Override
  public String name() {
    return "peers";
  }

  @Override
  public String description() {
    return "only when named, on PostgreSQL: start, then await, beside DBOS Transact";
  }

  @Override
  public @Nullable String obstacle(String provider) {
    if (!provider.equals(POSTGRES)) {
      return "compares on PostgreSQL only; name a server with --url postgres://..., or let one be"
          + " started with --provider postgres";
    }
    if (module().isEmpty()) {
      return "needs the module benchmarks-peers, which a plain build leaves out; ./holdfast bench"
          + " --scenario peers builds it, and so does mvn -Ppeers -pl benchmarks-peers -am package";
    }
    return null;
  }

  @Override
  public List<Case> cases(BenchStore store, Settings settings) {
    return module().orElseThrow().cases(store, settings);
  }

  private static Optional<PeerCases> module() {
    return ServiceLoader.load(PeerCases.class).findFirst();
  }
}
