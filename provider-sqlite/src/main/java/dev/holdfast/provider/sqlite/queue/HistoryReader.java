// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.History;
import dev.holdfast.provider.sqlite.store.Session;
import java.sql.SQLException;
import java.util.OptionalLong;

/** Reads of histories outside any lock. */
public final class HistoryReader {

  /** The most data of one page (FETCH-18). */
  private static final long PAGE_BYTES = 16 * 1024 * 1024;

  private HistoryReader() {}

  /** Reads a page of a history; empty when the execution is unknown (FETCH-12). */
  public static History read(
      Session session, String instanceId, long executionId, long afterEventId, int limit)
      throws SQLException {
    InstanceRow instance = InstanceTable.find(session, instanceId);
    return instance == null
        ? History.empty()
        : HistoryTable.read(
            session,
            "readHistory",
            instance,
            executionId,
            afterEventId,
            limit,
            new Bytes(PAGE_BYTES),
            true);
  }

  /** {@return the greatest acked execution (MULTI-03)} */
  public static OptionalLong latestExecutionId(Session session, String instanceId)
      throws SQLException {
    InstanceRow instance = InstanceTable.find(session, instanceId);
    return instance == null || !instance.known()
        ? OptionalLong.empty()
        : OptionalLong.of(instance.executionId());
  }
}
