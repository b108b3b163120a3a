// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.changes;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.SendMessage;
import java.util.List;

/** How many bytes of payload changes have to write. */
public final class ChangeSizes {

  private ChangeSizes() {}

  /** {@return the bytes of all of them} */
  public static long of(List<Change> changes) {
    long bytes = 0;
    for (Change change : changes) {
      bytes += of(change);
    }
    return bytes;
  }

  private static long of(Change change) {
    return switch (change) {
      case SendMessage(var message) -> message.body().size();
    };
  }
}
