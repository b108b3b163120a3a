// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Where and how a run took place.
 *
 * @param versions the versions of everything that took part
 * @param cores how many processors the JVM may use
 * @param roundTripSamples the measured round trips, the first ones without weight
 * @param roundTrip the slowest of those that count
 * @param clock how time passes in the store: standing, running or real
 * @param slowedDown how often a test was repeated with longer locks because a call was slow
 * @param storesAtOnce how many stores were tested at once
 * @param seed the seed of all chance in the run
 * @param selection which rules were asked for, empty for all
 * @param startedAt when it began
 * @param took how long it took
 * @param rerun how to run it again
 */
public record Surroundings(
    Versions versions,
    int cores,
    List<Duration> roundTripSamples,
    Duration roundTrip,
    String clock,
    long slowedDown,
    int storesAtOnce,
    long seed,
    String selection,
    Instant startedAt,
    Duration took,
    String rerun) {

  /** Copies the list. */
  public Surroundings {
    roundTripSamples = List.copyOf(roundTripSamples);
  }
}
