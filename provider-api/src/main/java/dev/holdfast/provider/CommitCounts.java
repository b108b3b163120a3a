// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import java.util.List;
import java.util.Objects;

/**
 * How many calls the commits of a handle have carried, for metrics. It belongs to no feature and is
 * not declared: a provider whose calls share commits may have it, and nothing depends on it.
 * Thread-safe; asks the store nothing.
 */
public interface CommitCounts extends Capability {

  /**
   * {@return what has been committed since the handle was opened, by kinds of calls that share
   * commits, always the same kinds in the same order}
   */
  List<OfCalls> commitCounts();

  /**
   * What was committed for calls of one kind.
   *
   * @param call the SPI call, or {@code write} where calls of all kinds share commits
   * @param commits how many commits there were
   * @param carried how many calls, or elements of list calls, they carried together
   */
  record OfCalls(String call, long commits, long carried) {

    /** Checks the name. */
    public OfCalls {
      Objects.requireNonNull(call, "call");
    }
  }
}
