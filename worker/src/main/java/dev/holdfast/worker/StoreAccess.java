// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The store, for an engine that works under a lock and keeps its state elsewhere than in a history.
 * Thread-safe.
 */
public interface StoreAccess {

  /**
   * Makes a call that only reads, and repeats it over an outage as long as the lock lives.
   *
   * @param <T> what is read
   * @param read the call; may be made several times
   * @return what it returned
   * @throws dev.holdfast.provider.ProviderError what the last try threw
   */
  <T> T read(Supplier<T> read);

  /**
   * Returns the calls of a feature. They are not repeated; see {@link #read}.
   *
   * @param <C> the capability's type
   * @param type the interface
   * @return empty where the store does not have the feature
   */
  <C extends Capability> Optional<C> capability(Class<C> type);

  /**
   * Stores changes at once, before there is a result, with the lock as their fence: what a former
   * holder says is not stored. Repeated over an outage as long as the lock lives; a repeat may
   * therefore find that the changes are there.
   *
   * @param changes the changes, in the order in which they are applied
   * @return one result per change
   * @throws dev.holdfast.provider.ProviderError as {@link dev.holdfast.provider.Changes#apply};
   *     {@code NotSupported} where the store does not have the feature
   */
  List<ChangeResult> apply(List<Change> changes);
}
