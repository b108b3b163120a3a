// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.store.BenchStore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cases that belong together. Stateless. */
public interface Scenario {

  /** What it is called on the command line. */
  String name();

  /** What it measures, in one line. */
  String description();

  /**
   * {@return why it cannot be measured here on the stores of a provider, and what to run instead,
   * as the rest of a sentence that begins with its name; null when it can be}
   */
  default @Nullable String obstacle(String provider) {
    return null;
  }

  /** Its cases on a kind of store, to which there is no obstacle. */
  List<Case> cases(BenchStore store, Settings settings);
}
