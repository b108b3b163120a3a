// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.SendMessage;
import java.util.List;

/**
 * The part of {@link RequestChecks} that is about changes. What is wrong says at which place
 * (CHANGE-05). Immutable and thread-safe.
 */
final class ChangeChecks {

  private final RequestChecks checks;
  private final int most;

  /**
   * Creates the checks.
   *
   * @param checks what is the same in other calls
   * @param most the most changes in one call
   */
  ChangeChecks(RequestChecks checks, int most) {
    this.checks = checks;
    this.most = most;
  }

  /**
   * Checks the changes of one call or ack.
   *
   * @throws NotSupported when a kind belongs to a feature that is not declared (CHANGE-01)
   * @throws InvalidRequest when there are too many (CHANGE-20), or one is wrong in itself
   */
  void check(String operation, List<Change> changes) {
    for (int i = 0; i < changes.size(); i++) {
      try {
        check(operation, changes.get(i));
      } catch (ProviderError.Permanent e) {
        throw e.atChange(i);
      }
    }
    if (changes.size() > most) {
      throw new InvalidRequest(
          operation, "%d changes; at most %d are allowed".formatted(changes.size(), most));
    }
  }

  private void check(String operation, Change change) {
    require(operation, change, Feature.CHANGES);
    require(operation, change, change.feature());
    switch (change) {
      case SendMessage(var message) -> checks.check(operation, message);
    }
  }

  private void require(String operation, Change change, Feature feature) {
    if (!checks.declares(feature)) {
      throw new NotSupported(operation, change.runId(), feature);
    }
  }
}
