// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tells whether acks leave work for waiting fetches: they need not be woken for work that the
 * caller has claimed. Stateless.
 */
final class Unclaimed {

  private Unclaimed() {}

  /** {@return whether activities may have become ready that their scheduler does not hold} */
  static boolean activities(List<OrchestrationAck> acks, List<AckResult> results) {
    for (int i = 0; i < acks.size(); i++) {
      OrchestrationAck ack = acks.get(i);
      if (ack.activities().isEmpty()) {
        continue;
      }
      Set<ActivityIdentity> spokenFor = new HashSet<>(ack.cancelledActivities());
      if (results.get(i) instanceof AckResult.Applied applied) {
        applied.eagerActivities().forEach(item -> spokenFor.add(item.task().identity()));
      }
      if (!ack.activities().stream().allMatch(task -> spokenFor.contains(task.identity()))) {
        return true;
      }
    }
    return false;
  }

  /** {@return whether instances may have become ready that the caller does not hold} */
  static boolean instances(List<ActivityAck> acks, List<AckResult> results) {
    Set<String> claimed =
        results.stream()
            .flatMap(result ->
                result instanceof AckResult.Applied applied
                    ? Optional.ofNullable(applied.eagerInstance()).stream()
                    : Stream.empty())
            .map(OrchestrationItem::instanceId)
            .collect(Collectors.toSet());
    return acks.stream()
        .map(ActivityAck::completion)
        .filter(Objects::nonNull)
        .anyMatch(completion -> !claimed.contains(completion.instanceId()));
  }
}
