// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The key-values of an instance, as its code sees them: small named values that belong to the
 * instance, survive continue-as-new and its end, and can be read from outside (see {@link
 * HoldfastClient#keyValues}).
 *
 * <p>What the code sets is stored with the turn that sets it, all of a turn or nothing; the last
 * change of a key in a turn is the one that is stored. Reads see what the executions before this
 * one have left, and all that the code itself has changed since, at once and in every replay. So
 * they need no wait, and nothing of them is in the history: changing what code sets is no
 * nondeterminism, but what it has set before is not set again.
 *
 * <p>Good on the orchestration's own thread only, like its context. Every method needs a store that
 * declares {@link dev.holdfast.provider.Feature#KEY_VALUES}, and throws {@link
 * UnsupportedByStoreException} otherwise.
 */
public interface InstanceValues {

  /**
   * Reads a value.
   *
   * @param <T> the type
   * @param key the key
   * @param type the class of the value
   * @return the value; null when there is none, and when it is null
   * @throws DataConversionException when the value does not fit the type
   */
  <T> @Nullable T get(String key, Class<T> type);

  /**
   * Reads a value of a generic type.
   *
   * @param <T> the type
   * @param key the key
   * @param type the type of the value
   * @return the value; null when there is none, and when it is null
   * @throws DataConversionException when the value does not fit the type
   */
  <T> @Nullable T get(String key, TypeRef<T> type);

  /**
   * Returns the keys that have a value.
   *
   * @return the keys in the order of their characters, unmodifiable, as they are now
   */
  Set<String> keys();

  /**
   * Sets a value.
   *
   * @param key the key, 1 to 256 characters, none of them a control character. Every store takes
   *     1000 keys of an instance; all that the executions before have left come with each delivery,
   *     so fewer are better
   * @param value the value
   * @throws IllegalArgumentException when the key is not well formed
   * @throws DataConversionException when the value cannot be encoded
   * @throws PayloadTooLargeException when the store does not take the value
   */
  void set(String key, @Nullable Object value);

  /**
   * Removes a value; removing what is not there does nothing.
   *
   * @param key the key
   * @throws IllegalArgumentException when the key is not well formed
   */
  void clear(String key);

  /** Removes all values of the instance. */
  void clearAll();
}
