// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.words;

import dev.holdfast.tck.fixture.StorePlace;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;

/** The fixture itself, for tests that need several stores or judge the fixture. Thread-safe. */
public final class FixtureUnderTest {

  /** What makes stores and places for one test, and removes them behind it. */
  public interface Maker {

    /**
     * The fixture.
     *
     * @return the fixture, guarded
     */
    TckFixture fixture();

    /**
     * One more fresh store.
     *
     * @return the store
     */
    StoreUnderTest freshStore();

    /**
     * Takes charge of a store.
     *
     * @param store the store
     * @return the store with what tests need
     */
    StoreUnderTest adopt(TestStore store);

    /**
     * A fresh place.
     *
     * @return the place
     */
    StorePlace freshPlace();
  }

  private final Maker maker;

  /**
   * Made for one test.
   *
   * @param maker makes its stores
   */
  public FixtureUnderTest(Maker maker) {
    this.maker = maker;
  }

  /**
   * The fixture; what it throws is its own problem and no violation.
   *
   * @return the fixture
   */
  public TckFixture fixture() {
    return maker.fixture();
  }

  /**
   * One more fresh store, closed after the test unless the test closes it.
   *
   * @return the store
   */
  public StoreUnderTest freshStore() {
    return maker.freshStore();
  }

  /**
   * A store that the test made itself, closed after the test.
   *
   * @param store the store
   * @return the store with what tests need
   */
  public StoreUnderTest adopt(TestStore store) {
    return maker.adopt(store);
  }

  /**
   * A fresh place for stores, removed after the test.
   *
   * @return the place
   * @throws dev.holdfast.tck.NotMeasured when the fixture has none
   */
  public StorePlace freshPlace() {
    return maker.freshPlace();
  }

  /**
   * The store of a place, opened anew for each handle; it is removed with its place.
   *
   * @param place the place
   * @param name the store's name
   * @return the store with what tests need
   */
  public StoreUnderTest storeIn(StorePlace place, String name) {
    return adopt(new StoreInPlace(place, name));
  }
}
