// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.harness;

import dev.holdfast.tck.fixture.TckFixture;

/** The fixture itself, for tests that need several stores or judge the fixture. Thread-safe. */
public final class FixtureUnderTest {

  private final RuleRun run;

  FixtureUnderTest(RuleRun run) {
    this.run = run;
  }

  /**
   * The fixture as its author wrote it.
   *
   * @return the fixture
   */
  public TckFixture fixture() {
    return run.kit().fixture();
  }

  /**
   * One more fresh store, closed after the test unless the test closes it.
   *
   * @return the store
   */
  public StoreUnderTest freshStore() {
    return run.freshStore();
  }
}
