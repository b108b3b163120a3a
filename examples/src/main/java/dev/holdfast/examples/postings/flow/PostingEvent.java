// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

import java.util.List;

/** What happens to a posting. */
public sealed interface PostingEvent {

  /** It came in. */
  record Received(String feed, String title, String company, String place, String text)
      implements PostingEvent {}

  /** Its title and place were put in order. */
  record Normalised(String title, String place, Call call) implements PostingEvent {}

  /** It is known what sort of work it is. */
  record Classified(String category, Call call) implements PostingEvent {}

  /** It is known what one has to know. */
  record Extracted(List<String> skills, Call call) implements PostingEvent {}

  /** There is one sentence about it. */
  record Summarised(String summary, Call call) implements PostingEvent {}

  /** It is known how good it is. The end. */
  record Scored(int score, Call call) implements PostingEvent {}

  /** A model failed; the attempts of each actor begin at 1. */
  record CallFailed(Actor actor, int attempt, String error, Call call) implements PostingEvent {}

  /** A model failed as often as it may. The end. */
  record GivenUp(Actor actor, String error) implements PostingEvent {}
}
