// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.reference.ReferenceFactory;
import dev.holdfast.tck.reference.ReferenceProvider;
import java.util.concurrent.atomic.AtomicLong;

/** The reference provider in real time, with nothing that a fixture need not offer. */
public final class SmallestFixture implements TckFixture {

  private static final AtomicLong STORES = new AtomicLong();

  /** Created by name. */
  public SmallestFixture() {}

  @Override
  public ProviderIdentity provider() {
    return new ProviderIdentity(ReferenceProvider.ID, ReferenceProvider.VERSION);
  }

  @Override
  public TestStore freshStore(String purpose) {
    String url = "reference:smallest-" + STORES.incrementAndGet();
    return new TestStore() {
      @Override
      public Provider open() {
        return new ReferenceFactory().open(ProviderConfig.url(url).build());
      }

      @Override
      public void close() {
        // The store ends with the JVM.
      }
    };
  }
}
