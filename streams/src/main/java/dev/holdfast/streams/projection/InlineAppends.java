// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamInfo;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.streams.event.EventSourcingException;
import dev.holdfast.streams.internal.Appender;
import dev.holdfast.streams.internal.FirstOutcome;
import dev.holdfast.streams.internal.Invalidated;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Stores rows together with each append. Every row change says which version it has seen, so that
 * neither a repeated append nor a racing one counts twice. Thread-safe.
 */
final class InlineAppends<E, R> implements Appender {

  private final Site<E, R> site;
  private final EventReader<E> reader;
  private final FirstOutcome outcomes;
  private final Changes changes;

  InlineAppends(Site<E, R> site) {
    this.site = site;
    reader = new EventReader<>(site.store, site.projection);
    outcomes = new FirstOutcome(site.store);
    changes =
        site.store
            .provider()
            .capability(Changes.class)
            .orElseThrow(() -> new ProviderError.NotSupported("Projector", Feature.CHANGES));
    site.meta(site.info().live());
  }

  @Override
  public Appended append(AppendEvents append) {
    for (int attempt = 0; ; attempt++) {
      try {
        return attempt(append);
      } catch (ProviderError.VersionConflict e) {
        if (e.subject().startsWith("stream ")
            || attempt + 1 >= 10 * site.store.settings().maxAttempts()) {
          throw e;
        }
        Pauses.pause(Duration.ofMillis(Math.min(attempt, 20)));
      }
    }
  }

  private Appended attempt(AppendEvents append) {
    StreamId stream = append.stream();
    long last = site.store.call(s -> s.stream(stream)).map(StreamInfo::lastVersion).orElse(0L);
    if (last != append.expected().version()) {
      // A repeat, whose rows are there, or a conflict: the store says which.
      return alone(append);
    }
    int live = site.info().live();
    checkBuild(live);
    Overlay<R> overlay = new Overlay<>(site.codec, key -> find(live, key));
    boolean invalidates = false;
    long version = last;
    for (NewEvent event : append.events()) {
      version++;
      if (Invalidated.is(event)) {
        invalidates = true;
      } else {
        fold(stream, version, event, overlay);
      }
    }
    if (invalidates) {
      Appended appended = alone(append);
      try (Audit<E, R> audit = new Audit<>(site, live)) {
        List<String> changed = new ArrayList<>();
        audit.findings(finding -> changed.add(finding.key()));
        audit.renew(changed);
      }
      return appended;
    }
    List<RowChange> rows = overlay.edits().stream().map(Edit::change).toList();
    // Asked behind the rows: who appends it from here on changes them, or they need no change.
    if (rows.isEmpty() || isThere(append)) {
      return alone(append);
    }
    List<Change> both = List.of(append, UpdateProjection.inline(site.name, live, rows));
    return (Appended) site.store.patience().call(() -> changes.apply(both)).getFirst();
  }

  private void checkBuild(int live) {
    int build = site.meta(live).build();
    if (build != site.projection.build()) {
      throw new EventSourcingException(
          "the live rows of %s are of build %d, and this code is build %d; rebuild them, or deploy the other code"
              .formatted(site.projection.name(), build, site.projection.build()),
          null);
    }
  }

  /** Whether it is a repeat, whose rows are there. */
  private boolean isThere(AppendEvents append) {
    String key = append.key();
    return key != null && !outcomes.of(append.stream(), key).isEmpty();
  }

  private Appended alone(AppendEvents append) {
    return site.store.call(streams -> streams.append(append));
  }

  private Found find(int generation, String key) {
    ProjectionRow row =
        site.store.patience().call(() -> site.rows.row(site.name, generation, key)).row();
    return row == null ? new Found(null, 0) : new Found(row.value(), row.version());
  }

  private void fold(StreamId stream, long version, NewEvent event, Overlay<R> overlay) {
    if (!reader.concerns(stream, event)) {
      return;
    }
    try {
      ProjectedEvent<E> read = reader.read(stream, version, null, null, event);
      if (read != null) {
        overlay.apply(site.projection.handler().handle(read, overlay));
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      Pauses.keepInterrupt(e);
      throw new EventSourcingException(
          "projection %s refuses %s of stream %s, which is not appended: %s"
              .formatted(site.projection.name(), event.type(), stream, e),
          e);
    }
  }
}
