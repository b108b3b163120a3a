// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

/**
 * A run as lists show it, without what may be large.
 *
 * @param runId its id; the instance of the same id, where there is one, is the one that works on it
 * @param kind what it is a run of, for engines and people
 * @param status where it stands
 * @param version how often its row was changed, counted on from where the store began it (RUN-09);
 *     changes show it, and are refused when it is another one by then (RUN-08)
 * @param attempt 1, and one more for each time it entered recovering (RUN-11)
 * @param times when what happened
 */
public record RunSummary(
    String runId, String kind, RunStatus status, long version, int attempt, RunTimes times) {}
