// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.RowChange;
import java.util.List;

/** One page on its way into the rows: what it reads, and the one commit of all it changes. */
interface RowSession extends AutoCloseable {

  /** What is committed together. */
  record Commit(
      LogPosition to,
      List<Edit> rows,
      List<RowChange> own,
      List<ParkedEvent> park,
      List<LogPosition> unpark) {

    static Commit moving(LogPosition to, List<Edit> rows) {
      return new Commit(to, rows, List.of(), List.of(), List.of());
    }
  }

  Found find(String key);

  void commit(Commit commit);

  @Override
  void close();
}
