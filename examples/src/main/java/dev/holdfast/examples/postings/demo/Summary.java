// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

import dev.holdfast.examples.demo.Finding;
import dev.holdfast.examples.demo.Kill;
import dev.holdfast.examples.demo.Place;
import dev.holdfast.examples.demo.Store;
import dev.holdfast.examples.demo.Tally;
import dev.holdfast.examples.postings.flow.Measures;
import dev.holdfast.examples.postings.flow.Stage;
import java.util.List;
import java.util.Map;

/**
 * All that is known when the demo is over.
 *
 * @param refused how many postings nobody could work with
 * @param stages how many postings ended in which way
 * @param events how many events there are
 * @param streams in how many streams
 * @param metrics what calls have cost, by the key of the row
 * @param circuits how often the circuit of a model was opened, by actor
 * @param kills who was killed
 * @param processes how many workers there were in all
 * @param tally what the ledger counted
 * @param replays what snapshots are good for
 * @param repair what was broken and repaired
 * @param rebuild what was made anew
 * @param shortlistedBefore how many postings the mistaken build shows first
 * @param shortlistedAfter how many the corrected one does
 * @param travel the look back
 * @param findings what the audit found wrong
 * @param seconds how long it took
 */
record Summary(
    Plan plan,
    Place place,
    Store store,
    int refused,
    Map<Stage, Long> stages,
    int events,
    int streams,
    Map<String, Measures> metrics,
    Map<String, Integer> circuits,
    List<Kill> kills,
    int processes,
    Tally tally,
    Replays replays,
    Repair repair,
    Rebuild.Outcome rebuild,
    long shortlistedBefore,
    long shortlistedAfter,
    TimeTravel travel,
    List<Finding> findings,
    double seconds) {

  boolean holds() {
    return findings.isEmpty();
  }
}
