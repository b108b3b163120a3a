// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import java.time.Duration;
import java.util.List;

/** The calls of a provider, in single or in list form, with their latencies. Thread-safe. */
interface Calls {

  /** Instances that are ready, at most as many as one call takes. */
  List<OrchestrationItem> orchestrations(Duration waitUpTo);

  /** Activities that are ready, at most as many as one call takes. */
  List<ActivityItem> activities(Duration waitUpTo);

  /** Ends turns, which must be applied. */
  void ackTurns(List<OrchestrationAck> acks);

  /** Ends activities, which must be applied. */
  void ackActivities(List<ActivityAck> acks);

  /** Starts instances. */
  void start(List<OrchestratorMessage> starts);
}
