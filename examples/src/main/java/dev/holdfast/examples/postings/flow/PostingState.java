// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a posting. What is not known yet is empty.
 *
 * @param stage how far it is
 * @param feed where it comes from
 * @param title what is wanted
 * @param company who wants it
 * @param place where
 * @param text what there is to say
 * @param category what sort of work it is
 * @param skills what one has to know
 * @param summary one sentence about it
 * @param score how good it is, from 0 to 100; absent when nobody has said
 * @param failures how often the present actor has failed
 * @param error what the last failure was
 */
public record PostingState(
    Stage stage,
    String feed,
    String title,
    String company,
    String place,
    String text,
    String category,
    List<String> skills,
    String summary,
    @Nullable Integer score,
    int failures,
    String error) {

  static final PostingState INITIAL =
      new PostingState(Stage.NEW, "", "", "", "", "", "", List.of(), "", null, 0, "");

  /** Copies the skills. */
  public PostingState {
    skills = List.copyOf(skills);
  }

  /** Another stage and, of what is known, one thing more. */
  private PostingState at(
      Stage stage, String category, List<String> skills, String summary, @Nullable Integer score) {
    return new PostingState(
        stage, feed, title, company, place, text, category, skills, summary, score, 0, "");
  }

  /** What an event makes of it. */
  static PostingState evolve(PostingState s, PostingEvent event) {
    return switch (event) {
      case PostingEvent.Received e ->
          new PostingState(
              Stage.RECEIVED,
              e.feed(),
              e.title(),
              e.company(),
              e.place(),
              e.text(),
              "",
              List.of(),
              "",
              null,
              0,
              "");
      case PostingEvent.Normalised e ->
          new PostingState(
              Stage.NORMALISED,
              s.feed,
              e.title(),
              s.company,
              e.place(),
              s.text,
              "",
              List.of(),
              "",
              null,
              0,
              "");
      case PostingEvent.Classified e ->
          s.at(Stage.CLASSIFIED, e.category(), s.skills, s.summary, null);
      case PostingEvent.Extracted e ->
          s.at(Stage.EXTRACTED, s.category, e.skills(), s.summary, null);
      case PostingEvent.Summarised e ->
          s.at(Stage.SUMMARISED, s.category, s.skills, e.summary(), null);
      case PostingEvent.Scored e ->
          s.at(Stage.SCORED, s.category, s.skills, s.summary, e.score());
      case PostingEvent.CallFailed e -> s.failed(s.stage, e.attempt(), e.error());
      case PostingEvent.GivenUp e -> s.failed(Stage.GIVEN_UP, s.failures, e.error());
    };
  }

  private PostingState failed(Stage stage, int failures, String error) {
    return new PostingState(
        stage,
        feed,
        title,
        company,
        place,
        text,
        category,
        skills,
        summary,
        score,
        failures,
        error);
  }
}
