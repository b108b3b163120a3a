// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.changes;

import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.MessageSent;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.call.MessageColumns;
import java.util.List;

/** Messages that are changes or parts of them, as the store takes them. Used by one thread. */
final class MessageChanges {

  /** What the store calls this kind of change; see apply_changes. */
  static final int WHAT = 1;

  static final List<Parameter> PARAMETERS =
      MessageColumns.parametersBehind("h_", Type.TEXT.named("h_to"));

  private final Columns columns = new Columns(PARAMETERS);

  void add(OrchestratorMessage message) {
    columns.add(MessageColumns.rowBehind(message, message.instanceId()));
  }

  Columns columns() {
    return columns;
  }

  static ChangeResult result(StoredResults stored) {
    return new MessageSent(stored.nextNumber() == 1);
  }
}
