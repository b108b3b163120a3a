// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

import dev.holdfast.examples.demo.Effects.Call;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the ledger says of repeats.
 *
 * @param effects how many effects there are
 * @param calls how many calls were made for them
 * @param afterKill how many repeats followed a call of a worker that was killed
 * @param afterLostLock how many followed one of a worker that lived, and had lost its lock
 */
public record Tally(int effects, int calls, int afterKill, int afterLostLock) {

  /** Counts calls, of which some were made by processes that were killed. */
  public static Tally of(List<Call> calls, Set<Long> killed) {
    Map<String, Call> last = new HashMap<>();
    int afterKill = 0;
    int afterLostLock = 0;
    for (Call call : calls) {
      Call before = last.put(call.key(), call);
      if (before != null && killed.contains(before.pid())) {
        afterKill++;
      } else if (before != null) {
        afterLostLock++;
      }
    }
    return new Tally(last.size(), calls.size(), afterKill, afterLostLock);
  }
}
