// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.StorePlace;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import java.util.List;
import java.util.Optional;

/** Passes everything on; broken fixtures override something. */
class ChangedFixture implements TckFixture {

  private final TckFixture inner;

  ChangedFixture(TckFixture inner) {
    this.inner = inner;
  }

  @Override
  public ProviderIdentity provider() {
    return inner.provider();
  }

  @Override
  public TestStore freshStore(String purpose) {
    return inner.freshStore(purpose);
  }

  @Override
  public Optional<StorePlace> freshPlace(String purpose) {
    return inner.freshPlace(purpose);
  }

  @Override
  public Optional<ProviderConfig> unreachable() {
    return inner.unreachable();
  }

  @Override
  public Optional<List<String>> leftOvers() {
    return inner.leftOvers();
  }
}
