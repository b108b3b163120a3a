// SPDX-License-Identifier: Apache-2.0

/**
 * Tests of orchestrations: virtual time, activities of the test, replay of recorded histories.
 * Start at {@link dev.holdfast.testkit.OrchestrationTest}.
 */
module dev.holdfast.testkit {
  requires transitive dev.holdfast.provider;
  requires transitive dev.holdfast.runtime;
  requires dev.holdfast.provider.sqlite;
  requires dev.holdfast.worker;
  requires transitive org.junit.jupiter.api;
  requires static org.jspecify;

  exports dev.holdfast.testkit;
}
