// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import java.util.List;

/**
 * What waits of a stream, from its first message that is not consumed. It is consumed together with
 * what the code makes of it: when the step comes back with the state that it leaves ({@link
 * StepContext#next}), or is completed. Immutable.
 *
 * @param <T> what the messages are read as
 * @param messages the messages, in order, at most as many as a batch may have; none when nothing
 *     waits, which only happens at the end of a stream or beside other streams
 * @param isEnd whether nothing comes behind them
 */
public record StreamBatch<T>(List<T> messages, boolean isEnd) {

  /** Copies the messages. */
  public StreamBatch {
    messages = List.copyOf(messages);
  }
}
