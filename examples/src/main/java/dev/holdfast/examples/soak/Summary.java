// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.soak;

import dev.holdfast.examples.demo.Finding;
import dev.holdfast.examples.demo.Place;
import dev.holdfast.examples.demo.Store;
import dev.holdfast.examples.demo.Tally;
import java.util.List;
import java.util.Map;

/**
 * What a soak has come to.
 *
 * @param plan what it was to do
 * @param store where
 * @param place its files
 * @param instances how many instances of each kind there are, children by themselves
 * @param histories how many histories were replayed
 * @param events how many events they have
 * @param tally effects and repeats
 * @param kills how many workers were killed
 * @param restarts how often the database was killed and started again
 * @param triedAgain how many calls of callers failed, and were made again
 * @param findings what the audit found wrong
 * @param seconds how long it took
 */
record Summary(
    Plan plan,
    Store store,
    Place place,
    Map<String, Integer> instances,
    int histories,
    long events,
    Tally tally,
    int kills,
    int restarts,
    int triedAgain,
    List<Finding> findings,
    double seconds) {

  boolean holds() {
    return findings.isEmpty();
  }
}
