// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.plan;

import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.DropStep;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.RowPage;
import dev.holdfast.provider.stream.RowRead;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.tck.words.Expect;
import java.util.List;

/** Every call of projections but the list of their names. Not thread-safe. */
public final class ProjectionPath {

  private final EventStreams streams;
  private final Changes changes;
  private final Projections projections;
  private final String name;

  /**
   * Prepares the calls.
   *
   * @param name the name of a projection that does not exist
   */
  public ProjectionPath(Provider provider, String name) {
    streams = provider.capability(EventStreams.class).orElseThrow();
    changes = provider.capability(Changes.class).orElseThrow();
    projections = provider.capability(Projections.class).orElseThrow();
    this.name = name;
  }

  /** Makes the calls, and leaves a generation that is live. */
  public void run() {
    StreamId stream = new StreamId("path", name);
    LogPosition at =
        streams
            .append(AppendEvents.of(stream, Expected.any(), NewEvent.of("one", Payload.empty())))
            .lastPosition();
    Expect.equal("", 1, projections.create(name, 0, 2, LogPosition.START));
    projections.update(
        new UpdateProjection(
            name,
            1,
            List.of(
                RowChange.put("a", Payload.utf8("1")),
                RowChange.put("b", Payload.utf8("2")),
                RowChange.remove("c")),
            new Advance(0, LogPosition.START, at),
            List.of(new ParkedEvent(at, stream, 1, 1, "error", null)),
            List.of()),
        null);
    changes.apply(
        List.of(
            AppendEvents.of(stream, Expected.exists(), NewEvent.of("two", Payload.empty())),
            UpdateProjection.inline(
                name, 1, List.of(RowChange.put("b", Payload.utf8("3")), RowChange.remove("a"))),
            new UpdateProjection(
                name,
                1,
                List.of(),
                new Advance(1, LogPosition.START, at),
                List.of(),
                List.of(at))));
    try {
      projections.update(
          UpdateProjection.advancing(name, 1, List.of(), new Advance(0, LogPosition.START, at)),
          null);
      Expect.that("", false);
    } catch (VersionConflict e) {
      Expect.equal("", at, e.foundPosition());
    }
    read();
    Expect.equal("", 2, projections.create(name, 1, 1, at));
    projections.update(
        UpdateProjection.advancing(
            name, 2, List.of(), new Advance(0, at, streams.head().position())),
        null);
    projections.makeLive(name, 2, 1, null);
    Expect.equal("", new DropStep(1, true), projections.drop(name, 1, 10));
  }

  private void read() {
    Expect.equal("", 2, projections.row(name, null, "b").checkpoints().size());
    Expect.that("", projections.row(name, 1, "a").row() == null);
    RowPage page = projections.rows(new RowRead(name, 1, "b", null, 1));
    Expect.equal("", 1, page.rows().size());
    projections.rows(RowRead.live(name, 5).after("a"));
    Expect.that("", projections.parked(name, 1, LogPosition.START, 5).isEmpty());
    Expect.equal("", 0L, projections.projection(name).orElseThrow().generations().get(0).parked());
  }
}
