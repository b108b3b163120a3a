// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import dev.holdfast.provider.Provider;
import dev.holdfast.runtime.CloseReport;
import dev.holdfast.runtime.internal.Registry;
import dev.holdfast.runtime.internal.Settings;
import dev.holdfast.runtime.internal.client.CompletionSignals;
import java.time.Duration;

/** Everything that works: dispatchers, lease keeper, cache. */
public interface Worker {

  /** Begins to work. */
  static Worker start(
      Provider provider,
      boolean ownsProvider,
      Registry registry,
      Settings settings,
      CompletionSignals signals) {
    throw new UnsupportedOperationException("the dispatchers are not written yet");
  }

  /** Stops; see {@link dev.holdfast.runtime.Holdfast#close(Duration)}. */
  CloseReport close(Duration grace);
}
