// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.TurnAhead;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Applies turns that come with the message that causes them: as a claim and the ack of what it got,
 * once nothing can be refused any more. Runs under the store's lock.
 */
final class TurnsAhead {

  private final ReferenceStore store;
  private final OrchestratorQueue orchestrations;
  private final TurnAck turns;

  TurnsAhead(ReferenceStore store, OrchestratorQueue orchestrations, TurnAck turns) {
    this.store = store;
    this.orchestrations = orchestrations;
    this.turns = turns;
  }

  /**
   * Applies the turn of a claim if it fits.
   *
   * @param since a number of the store from before the call stored its message
   * @return what its ack was answered, null when it was not used, or there is none
   */
  @Nullable AckResult apply(String operation, String instanceId, long since, EagerInstance eager) {
    TurnAhead turn = eager.turnAhead();
    if (turn == null || !orchestrations.fits(instanceId, since, eager, turn)) {
      return null;
    }
    try {
      turns.check(operation, turn.ack(new LockToken.OfInstance(instanceId, store.nextNumber())));
    } catch (Permanent refused) {
      return AckResult.rejected(refused);
    }
    Optional<OrchestrationItem> item = orchestrations.claim(operation, instanceId, eager);
    return item.isEmpty() ? null : turns.apply(operation, turn.ack(item.get().lockToken()));
  }
}
