// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.List;

/** Events that are appended to streams. */
final class AppendEventsKind implements ChangeKind {

  @Override
  public Feature feature() {
    return Feature.EVENT_STREAMS;
  }

  @Override
  public Change any(String id) {
    return Streamed.append(Streamed.stream(id), 1);
  }

  @Override
  public Subject subject(StoreUnderTest store) {
    StreamId stream = Streamed.stream("stream " + store.nextNumber());
    Streamed.first(store).calls().append(Streamed.append(stream, 1).withKey("used"));
    return new Stream(this, store, stream);
  }

  private static final class Stream implements Subject {
    private final ChangeKind kind;
    private final StoreUnderTest store;
    private final StreamId stream;
    private int looked = 1;

    Stream(ChangeKind kind, StoreUnderTest store, StreamId stream) {
      this.kind = kind;
      this.store = store;
      this.stream = stream;
    }

    @Override
    public ChangeKind kind() {
      return kind;
    }

    @Override
    public String id() {
      return stream.id();
    }

    @Override
    public Change next() {
      return AppendEvents.of(
          stream, Expected.any(), Streamed.event("change " + store.nextNumber()));
    }

    @Override
    public Change nextRecognised() {
      long number = store.nextNumber();
      return AppendEvents.of(stream, Expected.any(), Streamed.event("change " + number))
          .withKey("key " + number);
    }

    @Override
    public void expectResult(String what, Change change, ChangeResult result, boolean last) {
      if (!(result instanceof Appended appended)) {
        throw Expect.violation(what, "Appended", result);
      }
      Expect.that(what, "appended, not repeated", appended, !appended.repeated());
      Expect.equal(what, appended.firstVersion(), appended.lastVersion());
      StreamEvent event = Streamed.second(store).all(stream).get((int) appended.firstVersion() - 1);
      Expect.equal(
          what,
          new StreamEvent(
              stream,
              appended.firstVersion(),
              appended.firstPosition(),
              appended.recordedAt(),
              ((AppendEvents) change).events().get(0)),
          event);
    }

    @Override
    public List<Change> overTheLimit(Payload tooLarge) {
      return List.of(
          AppendEvents.of(stream, Expected.any(), NewEvent.of("large", tooLarge)),
          AppendEvents.of(
              stream,
              Expected.any(),
              NewEvent.builder("large", Payload.empty()).metadata(tooLarge).build()));
    }

    @Override
    public List<Misfit> misfits() {
      return List.of(
          new Misfit(
              "a version that is not reached",
              Streamed.append(stream, Expected.exactly(Long.MAX_VALUE), 1),
              VersionConflict.class),
          new Misfit(
              "no stream where there is one",
              Streamed.append(stream, Expected.noStream(), 1),
              VersionConflict.class),
          new Misfit(
              "a key that was used",
              Streamed.append(stream, 2).withKey("used"),
              IdempotencyMismatch.class));
    }

    @Override
    public void expectApplied(String what, List<Change> changes) {
      List<NewEvent> expected = new ArrayList<>();
      for (Change change : changes) {
        if (change instanceof AppendEvents append && append.stream().equals(stream)) {
          expected.addAll(append.events());
        }
      }
      List<StreamEvent> all = Streamed.second(store).all(stream);
      Expect.equal(what, expected, Streamed.contents(all.subList(looked, all.size())));
      looked = all.size();
    }
  }
}
