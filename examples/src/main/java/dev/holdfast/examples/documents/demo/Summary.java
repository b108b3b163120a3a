// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.documents.demo;

import dev.holdfast.examples.demo.Finding;
import dev.holdfast.examples.demo.Kill;
import dev.holdfast.examples.demo.Place;
import dev.holdfast.examples.demo.Store;
import dev.holdfast.examples.demo.Tally;
import java.util.List;

/**
 * All that is known when the demo is over.
 *
 * @param documents how many texts the runs are of
 * @param letters how many documents the mailroom got
 * @param reviewed how many runs waited for a person
 * @param published how many reached the press
 * @param kills who was killed
 * @param processes how many workers there were in all
 * @param tally what the ledger counted
 * @param findings what the audit found wrong
 * @param example a run that is worth a look
 * @param seconds how long it took
 */
record Summary(
    Plan plan,
    Place place,
    Store store,
    int documents,
    int letters,
    int reviewed,
    int published,
    List<Kill> kills,
    int processes,
    Tally tally,
    List<Finding> findings,
    String example,
    double seconds) {

  /** How many workers were killed. */
  long workersKilled() {
    return kills.stream().filter(Kill::isWorker).count();
  }

  boolean holds() {
    return findings.isEmpty();
  }
}
