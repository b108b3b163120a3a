// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.feature;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reading the value that an instance shows to the outside. It is changed by acks (see {@link
 * dev.holdfast.provider.CustomStatusChange}). Thread-safe; fails like {@link
 * dev.holdfast.provider.Provider}.
 */
public interface CustomStatus extends Capability {

  /**
   * Reads the custom status, if it is newer than what the caller has seen (STATUS-06).
   *
   * @param instanceId the instance
   * @param lastSeenVersion the version last seen, 0 for none
   * @return value and version of one and the same ack (STATUS-12); empty when nothing is newer or
   *     the instance is unknown (STATUS-07)
   * @throws ProviderError.InvalidRequest when the id is not well formed or the version negative
   */
  Optional<Reading> read(String instanceId, long lastSeenVersion);

  /**
   * A custom status as of one ack.
   *
   * @param value the value; absent after it was cleared, which differs from an empty one
   *     (STATUS-10)
   * @param version how many acks set or cleared it so far (STATUS-05)
   */
  record Reading(@Nullable Payload value, long version) {}
}
