// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.InboxChange;
import dev.holdfast.provider.state.StateChange;
import dev.holdfast.provider.stream.StreamChange;
import org.jspecify.annotations.Nullable;

/**
 * Something that is stored together with an ack, or alone by {@link Changes#apply}, in one
 * transaction. The changes of a call apply in list order, each seeing what the earlier ones made
 * (CHANGE-06), and all of them or none (CHANGE-04). Each has one {@link ChangeResult} (CHANGE-07).
 *
 * <p>A kind of change whose feature is not declared is refused with {@link
 * ProviderError.NotSupported}, whichever call carries it (CHANGE-01).
 *
 * <p>New kinds may be added in later versions; a provider switches over all of them without a
 * default, so that a new one is found when it is compiled. Immutable.
 */
public sealed interface Change
    permits SendMessage, StateChange, InboxChange, DeliverTrigger, StreamChange {

  /**
   * {@return the id of the run or instance that it names, which need not be the one that is locked
   * (CHANGE-13), null for one that names a stream or projection; errors about this change have it
   * as their {@link ProviderError#instanceId()} (CHANGE-05)}
   */
  @Nullable String runId();

  /** {@return the feature that a provider has to declare for this kind, beside CHANGES} */
  Feature feature();
}
