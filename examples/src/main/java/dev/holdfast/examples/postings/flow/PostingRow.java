// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

import dev.holdfast.streams.projection.Projection;
import dev.holdfast.streams.projection.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of the projection of states: a posting as a page of search results would show it.
 *
 * @param stage how far it is
 * @param title what is wanted
 * @param company who wants it
 * @param place where
 * @param category what sort of work it is
 * @param skills what one has to know
 * @param summary one sentence about it
 * @param score how good it is, absent when nobody has said
 * @param shortlisted whether it is shown first
 * @param events how many events have made the row
 */
public record PostingRow(
    Stage stage,
    String title,
    String company,
    String place,
    String category,
    List<String> skills,
    String summary,
    @Nullable Integer score,
    boolean shortlisted,
    int events) {

  /** The name of the projection. */
  public static final String PROJECTION = "postings";

  /** From which score on a posting is shown first. */
  public static final int GOOD = 65;

  /** The build that leaves out those that are just good enough. */
  public static final int MISTAKEN = 1;

  /** The build that does not. */
  public static final int CORRECTED = 2;

  /** The projection, as a build makes it. */
  public static Projection<PostingEvent, PostingRow> projection(int build) {
    return Projection.builder(PROJECTION, PostingEvent.class, PostingRow.class)
        .categories(Postings.CATEGORY)
        .build(build)
        .handler((event, rows) -> {
          String key = event.stream().id();
          PostingRow row = rows.get(key).orElse(null);
          return List.of(Row.put(key, after(row, event.data(), build)));
        });
  }

  /** The row after these events, as a build makes it. */
  public static @Nullable PostingRow of(List<PostingEvent> events, int build) {
    PostingRow row = null;
    for (PostingEvent event : events) {
      row = after(row, event, build);
    }
    return row;
  }

  private static PostingRow after(@Nullable PostingRow row, PostingEvent event, int build) {
    PostingState before =
        row == null
            ? PostingState.INITIAL
            : new PostingState(
                row.stage,
                "",
                row.title,
                row.company,
                row.place,
                "",
                row.category,
                row.skills,
                row.summary,
                row.score,
                0,
                "");
    PostingState now = PostingState.evolve(before, event);
    Integer score = now.score();
    return new PostingRow(
        now.stage(),
        now.title(),
        now.company(),
        now.place(),
        now.category(),
        now.skills(),
        now.summary(),
        score,
        score != null && (build == MISTAKEN ? score > GOOD : score >= GOOD),
        row == null ? 1 : row.events + 1);
  }
}
