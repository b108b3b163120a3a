// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

import java.util.List;

/** What a posting is asked for: what actors have come to, to be written down. */
public sealed interface PostingCommand {

  /** A feed has it. */
  record Receive(String feed, String title, String company, String place, String text)
      implements PostingCommand {}

  /** By {@link Actor#NORMALISE}. */
  record Normalise(String title, String place, Call call) implements PostingCommand {}

  /** By {@link Actor#CLASSIFY}. */
  record Classify(String category, Call call) implements PostingCommand {}

  /** By {@link Actor#EXTRACT}. */
  record Extract(List<String> skills, Call call) implements PostingCommand {}

  /** By {@link Actor#SUMMARISE}. */
  record Summarise(String summary, Call call) implements PostingCommand {}

  /** By {@link Actor#SCORE}. */
  record Score(int score, Call call) implements PostingCommand {}

  /** By a model that failed. */
  record Fail(Actor actor, int attempt, String error, Call call) implements PostingCommand {}

  /** By a model that failed as often as it may. */
  record GiveUp(Actor actor, String error) implements PostingCommand {}
}
