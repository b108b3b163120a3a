// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.UpdateProjection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A number in the store that changes between the export of events and their going. A reader that
 * has read a page of the log, and then this, knows whether it has to look into the archive anew.
 * Thread-safe.
 */
public final class ArchiveMark {

  private static final String KEY = "archived";
  private static final Payload SAID = Payload.utf8("{}");

  private final StoreAccess store;

  /** The mark of a store. */
  public ArchiveMark(StoreAccess store) {
    this.store = store;
  }

  private @Nullable Projections rows() {
    return store.provider().capability(Projections.class).orElse(null);
  }

  /** The present one; 0 where nothing was archived. */
  public long read() {
    Projections rows = rows();
    if (rows == null) {
      return 0;
    }
    try {
      ProjectionRow row = store.patience().call(() -> rows.row(Own.ARCHIVE, 1, KEY)).row();
      return row == null ? 0 : row.version();
    } catch (ProviderError.NotFound e) {
      return 0;
    }
  }

  /** Changes it. */
  public void change() {
    Projections rows = rows();
    if (rows == null) {
      return; // nothing is folded there
    }
    UpdateProjection update =
        UpdateProjection.inline(Own.ARCHIVE, 1, List.of(RowChange.put(KEY, SAID)));
    try {
      store.patience().call(() -> rows.update(update, null));
    } catch (ProviderError.NotFound e) {
      create(rows);
      store.patience().call(() -> rows.update(update, null));
    }
  }

  private static void create(Projections rows) {
    try {
      rows.create(Own.ARCHIVE, 0, 1, LogPosition.START);
    } catch (ProviderError.VersionConflict | ProviderError.OutcomeUnknown e) {
      // It is there: another archiver was faster, or this call.
    }
  }
}
