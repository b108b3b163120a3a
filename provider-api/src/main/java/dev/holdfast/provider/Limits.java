// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;

/**
 * How much a provider takes. Each value is at or above the floor that the specification sets, which
 * {@link #floor()} shows (SPI-06).
 *
 * @param maxPayloadBytes the largest payload in any field; one byte more is {@link
 *     ProviderError.InvalidRequest} (DATA-02)
 * @param maxTagsPerFilter the most names in a {@link TagFilter} (TAG-06)
 * @param maxPageSize the largest page of {@link dev.holdfast.provider.admin.InstanceAdmin#list}
 *     (ADMIN-04)
 * @param defaultBulkSize how many instances a bulk deletion or pruning takes when no limit is given
 *     (DELETE-24)
 * @param maxKeysPerInstance the most key-values of one instance; an ack after which clients would
 *     see more is {@link ProviderError.InvalidRequest} (KV-19, KV-24)
 */
public record Limits(
    int maxPayloadBytes,
    int maxTagsPerFilter,
    int maxPageSize,
    int defaultBulkSize,
    int maxKeysPerInstance) {

  private static final Limits FLOOR = new Limits(8 * 1024 * 1024, 16, 100, 100, 1_000);

  /**
   * Checks the numbers.
   *
   * @throws ProviderError.InvalidRequest when one is below 1
   */
  public Limits {
    Checks.atLeastOne("Limits", "maxPayloadBytes", maxPayloadBytes);
    Checks.atLeastOne("Limits", "maxTagsPerFilter", maxTagsPerFilter);
    Checks.atLeastOne("Limits", "maxPageSize", maxPageSize);
    Checks.atLeastOne("Limits", "defaultBulkSize", defaultBulkSize);
    Checks.atLeastOne("Limits", "maxKeysPerInstance", maxKeysPerInstance);
  }

  /** {@return the least that every provider takes: the floors of the specification} */
  public static Limits floor() {
    return FLOOR;
  }

  /**
   * Returns the same limits with another payload size.
   *
   * @param maxPayloadBytes the largest payload
   * @return new limits
   * @throws ProviderError.InvalidRequest when it is below 1
   */
  public Limits withMaxPayloadBytes(int maxPayloadBytes) {
    return new Limits(
        maxPayloadBytes, maxTagsPerFilter, maxPageSize, defaultBulkSize, maxKeysPerInstance);
  }

  /**
   * Returns the same limits with another number of instances that bulk calls take.
   *
   * @param defaultBulkSize how many, when no limit is given
   * @return new limits
   * @throws ProviderError.InvalidRequest when it is below 1
   */
  public Limits withDefaultBulkSize(int defaultBulkSize) {
    return new Limits(
        maxPayloadBytes, maxTagsPerFilter, maxPageSize, defaultBulkSize, maxKeysPerInstance);
  }
}
