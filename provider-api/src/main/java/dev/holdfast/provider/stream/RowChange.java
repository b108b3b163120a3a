// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A change of one row of a projection. Immutable. */
public sealed interface RowChange {

  /** {@return the key of the row, compared exactly (PROJECTION-08)} */
  String key();

  /**
   * {@return the version that the row has to be at, 0 for one that must not be there, absent for
   * any (PROJECTION-10)}
   */
  @Nullable Long seenVersion();

  /**
   * Stores a row, in place of the one that is there.
   *
   * @param key the key
   * @param value the value, opaque
   * @param seenVersion the version that the row has to be at, 0 for absent, null for any
   */
  record Put(String key, Payload value, @Nullable Long seenVersion) implements RowChange {
    /**
     * Checks the parts.
     *
     * @throws ProviderError.InvalidRequest when the key is no identifier or the version negative
     */
    public Put {
      Checks.identifier("RowChange", "key", key);
      Objects.requireNonNull(value, "value");
      checkSeen(seenVersion);
    }
  }

  /**
   * Removes a row; one that is not there is no error.
   *
   * @param key the key
   * @param seenVersion the version that the row has to be at, 0 for absent, null for any
   */
  record Remove(String key, @Nullable Long seenVersion) implements RowChange {
    /**
     * Checks the parts.
     *
     * @throws ProviderError.InvalidRequest when the key is no identifier or the version negative
     */
    public Remove {
      Checks.identifier("RowChange", "key", key);
      checkSeen(seenVersion);
    }
  }

  /**
   * Stores a row, whatever is there.
   *
   * @param key the key
   * @param value the value
   * @return the change
   * @throws ProviderError.InvalidRequest when the key is no identifier
   */
  static RowChange put(String key, Payload value) {
    return new Put(key, value, null);
  }

  /**
   * Removes a row, whatever is there.
   *
   * @param key the key
   * @return the change
   * @throws ProviderError.InvalidRequest when the key is no identifier
   */
  static RowChange remove(String key) {
    return new Remove(key, null);
  }

  private static void checkSeen(@Nullable Long seenVersion) {
    if (seenVersion != null) {
      Checks.notNegative("RowChange", "seenVersion", seenVersion);
    }
  }
}
