// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import org.jspecify.annotations.Nullable;

/**
 * A read of rows of a projection.
 *
 * @param projection the projection
 * @param generation the generation, absent for the live one
 * @param keyPrefix what the keys begin with, absent for all
 * @param afterKey the key behind which to begin, absent for the first
 * @param limit the most rows, from 1 to {@link StreamLimits#maxPageSize()}
 */
public record RowRead(
    String projection,
    @Nullable Integer generation,
    @Nullable String keyPrefix,
    @Nullable String afterKey,
    int limit) {

  private static final String OWNER = "RowRead";

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when a name is no identifier or a number below 1
   */
  public RowRead {
    Checks.identifier(OWNER, "projection", projection);
    if (generation != null) {
      Checks.atLeastOne(OWNER, "generation", generation);
    }
    Checks.optionalIdentifier(OWNER, "keyPrefix", keyPrefix);
    Checks.optionalIdentifier(OWNER, "afterKey", afterKey);
    Checks.atLeastOne(OWNER, "limit", limit);
  }

  /**
   * Reads the first rows of the live generation.
   *
   * @param projection the projection
   * @param limit the most rows
   * @return the read
   * @throws ProviderError.InvalidRequest when the name is no identifier or the limit below 1
   */
  public static RowRead live(String projection, int limit) {
    return new RowRead(projection, null, null, null, limit);
  }

  /**
   * Returns the same read behind a key.
   *
   * @param afterKey the key, null for the first
   * @return the read
   * @throws ProviderError.InvalidRequest when it is no identifier
   */
  public RowRead after(@Nullable String afterKey) {
    return new RowRead(projection, generation, keyPrefix, afterKey, limit);
  }
}
