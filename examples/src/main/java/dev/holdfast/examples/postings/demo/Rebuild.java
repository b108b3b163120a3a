// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

import dev.holdfast.examples.demo.DemoFailedException;
import dev.holdfast.examples.demo.Finding;
import dev.holdfast.examples.demo.Finding.Kind;
import dev.holdfast.examples.demo.Fleet;
import dev.holdfast.examples.postings.flow.PostingEvent;
import dev.holdfast.examples.postings.flow.PostingRow;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.projection.Projector;
import dev.holdfast.streams.projection.Rebuilt;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Rows made anew by corrected code, beside the live ones, while events are appended, workers are
 * replaced by such with the corrected code, and somebody reads all the time.
 */
final class Rebuild implements Supervisor.Job, AutoCloseable {

  private final EventSourcing events;
  private final Projector<PostingEvent, PostingRow> corrected;
  private final Readers readers;
  private final Fleet workers;
  private final int deploys;
  private final LogPosition from;
  private final CompletableFuture<Result> result;
  private int deployed;

  /**
   * What it came to.
   *
   * @param rebuilt what the library says
   * @param appendedMeanwhile how many events were appended between its beginning and its end
   */
  record Result(Rebuilt rebuilt, int appendedMeanwhile) {}

  /**
   * What it came to, with what readers saw.
   *
   * @param generation the generation that is live now
   * @param events how many events were folded in again
   * @param duration how long it took
   * @param appendedMeanwhile how many events were appended meanwhile
   * @param sawBefore how many reads found the former rows
   * @param sawAfter how many found the new ones
   * @param dropped how many former rows were dropped at the end
   * @param findings what readers should not have seen
   */
  record Outcome(
      int generation,
      long events,
      Duration duration,
      int appendedMeanwhile,
      int sawBefore,
      int sawAfter,
      long dropped,
      List<Finding> findings) {

    /** None, because it did not come to that. */
    static Outcome none() {
      return new Outcome(0, 0, Duration.ZERO, 0, 0, 0, 0, List.of());
    }
  }

  /**
   * Begins.
   *
   * @param workers those that are replaced, each once; new ones have the corrected code
   * @param before rows that have to be there meanwhile, as the mistaken build makes them
   * @param after the same, as the corrected one does
   */
  Rebuild(
      EventSourcing events,
      Fleet workers,
      Map<String, PostingRow> before,
      Map<String, PostingRow> after)
      throws InterruptedException {
    this.events = events;
    this.workers = workers;
    deploys = workers.size();
    corrected = Projector.on(events, PostingRow.projection(PostingRow.CORRECTED));
    readers = new Readers(corrected::rows, before, after);
    readers.awaitBefore();
    from = head();
    result = CompletableFuture.supplyAsync(this::rebuild);
  }

  private LogPosition head() {
    return events.provider().capability(EventStreams.class).orElseThrow().head().position();
  }

  private Result rebuild() {
    Rebuilt rebuilt = corrected.rebuild();
    return new Result(rebuilt, appended());
  }

  private int appended() {
    int count = 0;
    LogPosition at = from;
    while (true) {
      LogPage page = events.log().read(LogRead.after(at, 100));
      count += page.events().size();
      if (page.atEnd()) {
        return count;
      }
      at = page.next();
    }
  }

  /** Replaces one worker after the other. */
  @Override
  public boolean isDone() throws IOException, InterruptedException {
    if (deployed < deploys) {
      workers.replaceFirst();
      deployed++;
    }
    return deployed == deploys && result.isDone();
  }

  /** Waits until readers have seen the new rows, drops the former ones, and tells. */
  Outcome outcome() throws InterruptedException {
    Result made;
    try {
      made = result.get();
    } catch (ExecutionException e) {
      throw new DemoFailedException("the rows could not be made anew: " + e.getCause());
    }
    Rebuilt rebuilt = made.rebuilt();
    readers.awaitAfter();
    readers.end();
    List<Finding> findings = new ArrayList<>();
    readers.holes().forEach(hole -> findings.add(new Finding(Kind.WRONG, "rebuild", hole)));
    if (readers.sawAfter() == 0) {
      findings.add(new Finding(Kind.LOST, "rebuild", "no reader has seen the new rows"));
    }
    return new Outcome(
        rebuilt.generation(),
        rebuilt.events(),
        rebuilt.duration(),
        made.appendedMeanwhile(),
        readers.sawBefore(),
        readers.sawAfter(),
        corrected.drop(rebuilt.former()),
        List.copyOf(findings));
  }

  @Override
  public void close() {
    readers.close();
  }
}
