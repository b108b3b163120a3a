// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.batch;

import dev.holdfast.provider.CommitCounts;
import java.util.concurrent.atomic.LongAdder;

/** Counts what commits carry. Thread-safe. */
public final class GroupSizes {

  private final String call;
  private final LongAdder commits = new LongAdder();
  private final LongAdder carried = new LongAdder();

  /**
   * Begins at nothing.
   *
   * @param call whose commits these are
   */
  public GroupSizes(String call) {
    this.call = call;
  }

  /**
   * Notes a commit.
   *
   * @param calls how many calls it carried
   */
  public void committed(int calls) {
    commits.increment();
    carried.add(calls);
  }

  /**
   * What was noted.
   *
   * @return the numbers until now
   */
  public CommitCounts.OfCalls counts() {
    return new CommitCounts.OfCalls(call, commits.sum(), carried.sum());
  }
}
