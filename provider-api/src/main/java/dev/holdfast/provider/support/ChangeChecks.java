// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.RestartRun;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.StateChange;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.Suspension;
import dev.holdfast.provider.stream.StreamChange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@link RequestChecks} that is about changes. What is wrong says at which place
 * (CHANGE-05). Immutable and thread-safe.
 */
final class ChangeChecks {

  private static final String PAYLOAD = "the payload";

  private final RequestChecks checks;
  private final int most;
  private final StreamChecks streams;

  /**
   * Creates the checks.
   *
   * @param checks what is the same in other calls
   * @param most the most changes in one call
   * @param streams what streams and projections take
   */
  ChangeChecks(RequestChecks checks, int most, StreamChecks streams) {
    this.checks = checks;
    this.most = most;
    this.streams = streams;
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
      case StateChange state -> checkSizes(operation, state);
      case AppendInbox append -> checkSize(operation, change, PAYLOAD, append.message().payload());
      case ConsumeInbox consume -> {}
      case StreamChange stream -> streams.check(operation, stream);
      case DeliverTrigger trigger -> {
        checkSize(operation, change, PAYLOAD, trigger.input().payload());
        checks.check(operation, trigger.wakeUp());
      }
    }
  }

  private void checkSizes(String operation, StateChange change) {
    switch (change) {
      case CreateRun create -> checkSize(operation, change, "the data", create.data());
      case RunChange run -> {
        checkSize(operation, change, "the data", run.data());
        checkSizes(operation, change, run.suspension());
      }
      case StepChange step -> {
        checkSize(operation, change, "the outputs", step.outputs());
        checkSizes(operation, change, step.suspension());
      }
      case RestartRun restart -> {}
      case DeleteRun delete -> {}
      case EnsureStep ensure -> {}
    }
  }

  private void checkSizes(String operation, StateChange change, @Nullable Suspension suspension) {
    if (suspension != null) {
      checkSize(operation, change, "the state", suspension.state());
      checkSize(operation, change, "the metadata", suspension.metadata());
    }
  }

  private void checkSize(String operation, Change change, String what, @Nullable Payload payload) {
    if (payload != null) {
      checks.checkSize(operation, change.runId(), what, payload);
    }
  }

  private void require(String operation, Change change, Feature feature) {
    if (!checks.declares(feature)) {
      throw new NotSupported(operation, change.runId(), feature);
    }
  }
}
