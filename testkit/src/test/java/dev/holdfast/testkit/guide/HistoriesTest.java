// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.testkit.guide;

import dev.holdfast.runtime.Orchestration;
import dev.holdfast.testkit.RecordedHistoriesTest;
import java.util.List;

class HistoriesTest extends RecordedHistoriesTest {

  @Override
  protected List<Orchestration<?, ?>> orchestrations() {
    return List.of(Orders.PROCESS);
  }
}
