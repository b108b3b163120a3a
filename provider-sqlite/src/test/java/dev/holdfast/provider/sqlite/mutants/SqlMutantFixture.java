// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.mutants;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderFactory;
import dev.holdfast.provider.sqlite.SqliteFixture;
import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.fixture.WhiteBox;
import java.util.Objects;
import java.util.Optional;

/** Real SQLite files, opened by the changed provider that this thread tests. */
public final class SqlMutantFixture implements TckFixture {

  private static final ThreadLocal<ProviderFactory> CURRENT = new ThreadLocal<>();

  private final SqliteFixture right = new SqliteFixture();
  private final ProviderFactory factory = Objects.requireNonNull(CURRENT.get(), "no mutant");

  /** Created by the kit. */
  public SqlMutantFixture() {}

  /** Does something while this thread's fixture opens stores with a given factory. */
  static void during(ProviderFactory factory, Runnable work) {
    CURRENT.set(factory);
    try {
      work.run();
    } finally {
      CURRENT.remove();
    }
  }

  @Override
  public ProviderIdentity provider() {
    return right.provider();
  }

  @Override
  public TestStore freshStore(String purpose) {
    TestStore store = right.freshStore(purpose);
    TimeControl clock = store.timeControl().orElseThrow();
    ProviderConfig config =
        ProviderConfig.url(store.crashTarget().orElseThrow().url())
            .option("synchronous", "normal")
            .clock(clock::now)
            .build();
    return new TestStore() {
      @Override
      public Provider open() {
        return factory.open(config);
      }

      @Override
      public Optional<TimeControl> timeControl() {
        return store.timeControl();
      }

      @Override
      public Optional<WhiteBox> whiteBox() {
        return store.whiteBox();
      }

      @Override
      public void close() {
        store.close();
      }
    };
  }
}
