// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.Fence;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.GenerationInfo;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionInfo;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.event.UnknownEventTypeException;
import dev.holdfast.streams.event.UnknownTypes;
import dev.holdfast.streams.internal.Invalidated;
import dev.holdfast.streams.internal.Spans;
import dev.holdfast.worker.tracing.Tracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Folds the log into one shard of a generation, page by page. It remembers how often an event
 * failed, and up to where effects have happened; everything else is in the store. One thread.
 */
final class ShardFold<E, R> {

  /** What a page came to. */
  record Stepped(LogPosition checkpoint, int events, boolean atEnd) {}

  /** Where a page goes. */
  record Page(
      ProjectionInfo info,
      LogPosition from,
      @Nullable LogPosition bound,
      @Nullable Fence fence,
      Duration waitUpTo) {}

  private final Site<E, R> site;
  private final EventReader<E> reader;
  private final int generation;
  private final int shard;
  private final int pageSize;
  private final Map<LogPosition, Integer> attempts = new HashMap<>();
  private LogPosition effectsThrough = LogPosition.START;
  private boolean committed; // by the page that is under way, where it is traced

  ShardFold(Site<E, R> site, int generation, int shard, int pageSize) {
    this.site = site;
    reader = new EventReader<>(site.store, site.projection);
    this.generation = generation;
    this.shard = shard;
    this.pageSize = pageSize;
  }

  int generation() {
    return generation;
  }

  /**
   * Folds one page.
   *
   * @throws RetryLaterException when an event failed; what was before it is folded in
   * @throws ProjectionStoppedException when it failed for good; likewise
   */
  Stepped step(Page page) throws RetryLaterException {
    LogPosition bound = page.bound();
    if (bound != null && !page.from().isBefore(bound)) {
      return new Stepped(page.from(), 0, true);
    }
    LogPage read = reader.page(page.from(), pageSize, page.waitUpTo());
    if (page.from().equals(LogPosition.START)) {
      reader.checkWhole(read);
    }
    LogPosition to = bound != null && bound.isBefore(read.next()) ? bound : read.next();
    boolean atEnd = read.atEnd() || (bound != null && !to.isBefore(bound));
    GenerationInfo info = Site.generation(page.info(), generation);
    List<StreamEvent> mine = new ArrayList<>();
    for (StreamEvent event : read.events()) {
      if (event.position().isAfter(to)
          || Site.shardOf(event.stream(), info.shards().size()) != shard
          || !reader.concerns(event)) {
        continue;
      }
      if (Invalidated.read(event.content()) == null) {
        mine.add(event);
      } else if (mine.isEmpty()) {
        // What it is about is in the rows already.
        try (Audit<E, R> audit = new Audit<>(site, generation)) {
          audit.unfold(shard, page.from(), event.position(), page.fence());
        }
        return new Stepped(event.position(), 1, false);
      } else {
        to = mine.getLast().position();
        atEnd = false;
        break;
      }
    }
    if (mine.isEmpty() && to.equals(page.from())) {
      return new Stepped(to, 0, atEnd);
    }
    return traced(page, mine, to, atEnd, info.parked() > 0);
  }

  /** What is folded into rows that are not live is a repetition, and has no span. */
  private Stepped traced(
      Page page, List<StreamEvent> events, LogPosition end, boolean atEnd, boolean anyParked)
      throws RetryLaterException {
    Spans spans = site.store.spans();
    if (spans == null || events.isEmpty() || page.info().live() != generation) {
      return fold(page, events, end, atEnd, anyParked);
    }
    Spans.Open open = spans.fold(site.projection.name(), shard, events);
    committed = false;
    String error = null;
    try {
      return fold(page, events, end, atEnd, anyParked);
    } catch (RetryLaterException | ProjectionStoppedException e) {
      error = Texts.of(e);
      throw e;
    } finally {
      Tracing.Span span = open.leave();
      if (committed) {
        span.end(error);
      } else {
        span.discard();
      }
    }
  }

  private Stepped fold(
      Page page, List<StreamEvent> events, LogPosition end, boolean atEnd, boolean anyParked)
      throws RetryLaterException {
    Set<StreamId> parked = new HashSet<>();
    if (anyParked) {
      site.parkedEvents(generation).all().forEach(event -> parked.add(event.stream()));
    }
    int mostRows = site.store.streams().limits().maxRowsPerUpdate() / 2;
    List<ParkedEvent> park = new ArrayList<>();
    LogPosition reached = page.from();
    LogPosition to = end;
    int taken = 0;
    @Nullable Failure failure = null;
    try (RowSession session = site.session(generation, shard, page.from(), page.fence())) {
      Overlay<R> overlay = new Overlay<>(site.codec, session::find);
      for (StreamEvent event : events) {
        if (overlay.size() >= mostRows) {
          to = reached;
          break;
        }
        if (parked.contains(event.stream())) {
          park.add(ParkedEvent.of(event, 0, "an earlier event of its stream is parked"));
        } else {
          failure = handle(event, overlay, page.info());
          if (failure != null && !failure.parks()) {
            to = reached;
            break;
          }
          if (failure != null) {
            park.add(ParkedEvent.of(event, failure.attempts(), failure.text()));
            parked.add(event.stream());
            failure = null;
          }
        }
        reached = event.position();
        taken++;
      }
      if (failure == null || to.isAfter(page.from())) {
        session.commit(new RowSession.Commit(to, overlay.edits(), List.of(), park, List.of()));
        committed = true;
      }
    }
    if (failure != null) {
      failure.say(site.projection);
    }
    return new Stepped(to, taken, atEnd && to.equals(end));
  }

  /** Why an event could not be handled. */
  private record Failure(
      StreamEvent event, int attempts, boolean last, boolean parks, Exception why) {

    String text() {
      return Texts.of(why);
    }

    void say(Projection<?, ?> projection) throws RetryLaterException {
      String words = "%s@%d %s".formatted(event.stream(), event.version(), event.content().type());
      if (last) {
        throw new ProjectionStoppedException(projection.name(), words, attempts, why);
      }
      throw new RetryLaterException(words, projection.onFailure().wait(attempts), why);
    }
  }

  private @Nullable Failure handle(StreamEvent event, Overlay<R> overlay, ProjectionInfo info) {
    try {
      ProjectedEvent<E> read = reader.read(event);
      if (read != null) {
        List<Row<R>> rows = site.projection.handler().handle(read, overlay);
        overlay.apply(rows);
        Effect<E> effect = site.projection.effect();
        if (effect != null && event.position().isAfter(effectsThrough)) {
          if (!hasHappened(event, info)) {
            effect.happen(read);
          }
          effectsThrough = event.position();
        }
      }
      attempts.remove(event.position());
      return null;
    } catch (ProviderError | TableFailedException e) {
      throw e;
    } catch (InterruptedException e) {
      Pauses.keepInterrupt(e);
      // Whoever stops this thread says nothing about the event: it is not counted, and not parked.
      int before = attempts.getOrDefault(event.position(), 0);
      return new Failure(event, Math.max(1, before), false, false, e);
    } catch (Exception e) {
      return failure(event, e);
    }
  }

  /** Null for an event that turned out not to count. */
  private @Nullable Failure failure(StreamEvent event, Exception e) {
    if (reader.isInvalidated(event)) {
      return null;
    }
    int failures = attempts.merge(event.position(), 1, Integer::sum);
    FailurePolicy policy = site.projection.onFailure();
    boolean unknown = e instanceof UnknownEventTypeException;
    boolean last = unknown || failures >= policy.attempts();
    if (last) {
      attempts.remove(event.position());
    }
    boolean parks =
        last
            && (policy.then() == FailurePolicy.Then.PARK
                || (unknown && site.projection.unknownTypes() == UnknownTypes.PARK));
    return new Failure(event, failures, last, parks, e);
  }

  /** Rows that are not live yet cause nothing, and what other rows have caused is not repeated. */
  private boolean hasHappened(StreamEvent event, ProjectionInfo info) {
    if (info.live() != generation) {
      return true;
    }
    for (GenerationInfo other : info.generations()) {
      LogPosition there =
          other.shards().get(Site.shardOf(event.stream(), other.shards().size())).checkpoint();
      if (other.generation() != generation && !there.isBefore(event.position())) {
        return true;
      }
    }
    return false;
  }
}
