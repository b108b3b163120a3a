// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.demo.Kill;
import dev.holdfast.examples.demo.Place;
import dev.holdfast.examples.demo.Store;
import dev.holdfast.examples.tickets.demo.MigrationAudit.Story;
import dev.holdfast.examples.tickets.flow.TicketKey;
import java.util.List;
import java.util.Map;

/**
 * All that is known when the demo is over.
 *
 * @param states how many tickets there are, by tenant and state
 * @param messages how many messages there were
 * @param events how many events
 * @param redriven how many dead letters were redriven
 * @param dropped how many dead letters were dropped
 * @param decisions how many decisions workers made
 * @param kills who was killed
 * @param processes how many workers there were in all
 * @param past what was looked at of the past
 * @param example a ticket that is worth a look
 * @param history its history
 * @param stories how tenants came over from their tables
 * @param findings what the audit found wrong
 * @param seconds how long it took
 */
record Summary(
    Plan plan,
    Place place,
    Store store,
    Map<String, Map<String, Integer>> states,
    int messages,
    int events,
    int redriven,
    int dropped,
    long decisions,
    List<Kill> kills,
    int processes,
    Past.Figures past,
    TicketKey example,
    List<Past.Line> history,
    List<Story> stories,
    List<Finding> findings,
    double seconds) {

  /** {@return how many tickets there are} */
  int tickets() {
    return states.values().stream()
        .flatMap(counts -> counts.values().stream())
        .mapToInt(Integer::intValue)
        .sum();
  }

  /** {@return how many workers were killed} */
  long workersKilled() {
    return kills.stream().filter(Kill::isWorker).count();
  }

  boolean holds() {
    return findings.isEmpty();
  }
}
