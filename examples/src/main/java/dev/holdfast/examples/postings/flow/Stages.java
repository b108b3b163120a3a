// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

import dev.holdfast.streams.projection.Projection;
import dev.holdfast.streams.projection.Row;
import dev.holdfast.streams.projection.Rows;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How many postings are how far: a projection with a row for each stage. */
public final class Stages {

  /** A row. */
  public record Count(long postings) {}

  /** The projection. */
  public static final Projection<PostingEvent, Count> STAGES =
      Projection.builder("stages", PostingEvent.class, Count.class)
          .categories(Postings.CATEGORY)
          .handler((event, rows) -> rows(event.data(), rows));

  private Stages() {}

  private static List<Row<Count>> rows(PostingEvent event, Rows<Count> rows) {
    List<Row<Count>> changed = new ArrayList<>();
    moves(event)
        .forEach((stage, by) -> {
          long before = rows.get(stage.name()).map(Count::postings).orElse(0L);
          changed.add(Row.put(stage.name(), new Count(before + by)));
        });
    return changed;
  }

  /** From which stage to which an event takes its posting. */
  private static Map<Stage, Integer> moves(PostingEvent event) {
    return switch (event) {
      case PostingEvent.Received e -> Map.of(Stage.RECEIVED, 1);
      case PostingEvent.Normalised e -> moves(Actor.NORMALISE, Stage.NORMALISED);
      case PostingEvent.Classified e -> moves(Actor.CLASSIFY, Stage.CLASSIFIED);
      case PostingEvent.Extracted e -> moves(Actor.EXTRACT, Stage.EXTRACTED);
      case PostingEvent.Summarised e -> moves(Actor.SUMMARISE, Stage.SUMMARISED);
      case PostingEvent.Scored e -> moves(Actor.SCORE, Stage.SCORED);
      case PostingEvent.GivenUp e -> moves(e.actor(), Stage.GIVEN_UP);
      case PostingEvent.CallFailed e -> Map.of();
    };
  }

  private static Map<Stage, Integer> moves(Actor by, Stage to) {
    Map<Stage, Integer> moves = new EnumMap<>(Stage.class);
    moves.put(Stage.before(by), -1);
    moves.put(to, 1);
    return moves;
  }
}
