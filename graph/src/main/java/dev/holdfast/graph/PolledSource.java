// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import dev.holdfast.provider.state.Cursor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the inputs of a trigger come from that has to be asked: a feed, a table, a mailbox. Several
 * workers may ask at once; the ids of the inputs recognise what was delivered. Thread-safe.
 */
@FunctionalInterface
public interface PolledSource {

  /**
   * Returns what has come.
   *
   * @param runId the run that is asked for
   * @param after the cursor of the greatest order that was delivered to this run, null for none
   * @return what comes behind it, in order, each with its cursor; at most 1,000; may be empty
   * @throws Exception when the source cannot be asked now; it is again after the interval
   */
  List<NewTriggerInput> poll(String runId, @Nullable Cursor after) throws Exception;
}
