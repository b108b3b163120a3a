// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import dev.holdfast.provider.History;
import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.OrchestratorMessage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One delivery of an instance: what a turn is computed from, without its lock token. The reads and
 * {@link #report} and {@link #giveUpSlot} may be called from any thread.
 */
public interface TurnContext extends StoreAccess {

  /** {@return the id of the instance} */
  String instanceId();

  /**
   * {@return the name of its code: that of the instance, else of the first start among the
   * messages; null when there is neither}
   */
  @Nullable String name();

  /** {@return the version of its code, from the same source as the name; null when it has none} */
  @Nullable String version();

  /**
   * {@return the number of its current execution: 1 before the first stored turn, then the greatest
   * one stored}
   */
  long executionId();

  /**
   * {@return the history of that execution, as far as it came along: its first events, and where it
   * ends}
   */
  History history();

  /**
   * Returns the messages, in the order in which they were stored. A stored turn removes these and
   * no later ones.
   *
   * @return at least one
   */
  List<OrchestratorMessage> messages();

  /**
   * {@return the key-values that the executions before the current one have left; empty where the
   * store has none of the feature. The current one's own changes are left out}
   */
  Map<String, KeyValue> keyValues();

  /** {@return the number of this delivery since the last stored turn, from 1} */
  int deliveries();

  /** {@return the store's time of the delivery, from which due times are computed} */
  Instant fetchedAt();

  /**
   * {@return whether the lock is held, as far as is known; without it nothing can be stored any
   * more}
   */
  boolean isLive();

  /**
   * Reads events of the current execution.
   *
   * @param after the id of the last event that is known, 0 for none
   * @param limit the most events, from 1
   * @return the events
   * @throws dev.holdfast.provider.ProviderError when the store could not be reached while the lock
   *     lived, or a part is damaged
   */
  History readHistory(long after, int limit);

  /**
   * Stores why the instance does not move, for callers that describe it; does not wait for that,
   * and failures are logged only.
   *
   * @param problem the text; cut off where it is too long
   */
  void report(String problem);

  /**
   * Frees the slot of this turn for other instances, since it will not come to an end soon. Its
   * lock is renewed all the same. Further calls do nothing.
   */
  void giveUpSlot();

  /**
   * Tells listeners whether the execution was in memory, or had to be brought back from its history
   * or rows. An engine may leave it out.
   *
   * @param was whether it was
   */
  default void fromMemory(boolean was) {}
}
