// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.store.BenchStore;
import java.util.List;

/** Cases that belong together. Stateless. */
public interface Scenario {

  /** What it is called on the command line. */
  String name();

  /** What it measures, in one line. */
  String description();

  /** Its cases on a kind of store. */
  List<Case> cases(BenchStore store, Settings settings);
}
