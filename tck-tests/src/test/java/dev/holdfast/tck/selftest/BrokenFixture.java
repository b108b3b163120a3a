// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import dev.holdfast.provider.Provider;
import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The reference fixture with something wrong between kit and provider. */
abstract class BrokenFixture implements TckFixture {

  private final ReferenceFixture right = new ReferenceFixture();

  /** What breaks the handles of one store; asked for once per store. */
  abstract UnaryOperator<Provider> breaker();

  @Override
  public ProviderIdentity provider() {
    return right.provider();
  }

  @Override
  public TestStore freshStore(String purpose) {
    TestStore store = right.freshStore(purpose);
    UnaryOperator<Provider> breaker = breaker();
    return new TestStore() {
      @Override
      public Provider open() {
        return breaker.apply(store.open());
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
