// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Events that nobody changes, and what appends cost. */
@RuleFamily("STREAM")
final class StreamGuardRules {

  private static final int MANY = 100;

  /**
   * No call changes or removes an event.
   *
   * <p><b>Shape:</b> the events of a filled store; then appends, refused ones, repeats with other
   * metadata, and instances and runs with the ids of streams that are made and deleted: the events
   * read back as before.
   */
  @Rule("STREAM-25")
  void noCallChangesAnEvent(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    List<StreamId> streams =
        List.of(
            Streamed.stream("order"), new StreamId("order", "other"), new StreamId("c", "order"));
    for (StreamId stream : streams) {
      a.calls().append(Streamed.append(stream, 3).withKey("key"));
    }
    List<StreamEvent> kept = a.log();
    for (StreamId stream : streams) {
      AppendEvents again =
          new AppendEvents(
              stream,
              Expected.any(),
              Streamed.events(3).stream()
                  .map(event ->
                      NewEvent.builder(event.type(), event.data())
                          .metadata(event.data())
                          .correlationId("other")
                          .build())
                  .toList(),
              "key");
      Expect.that("A repeat is not known.", a.calls().append(again).repeated());
      for (AppendEvents bad :
          List.of(
              Streamed.append(stream, Expected.noStream(), 1),
              Streamed.append(stream, Expected.exactly(1), 1),
              Streamed.append(stream, 1).withKey("key"))) {
        Expect.thrown("A bad append was taken.", Permanent.class, () -> a.calls().append(bad));
      }
      a.add(stream, 2);
    }
    for (String id : List.of("order", "other", "c")) {
      store.first().start(id);
      store.first().finish(store.first().fetchOne(id));
    }
    if (store.declares(Feature.STATE_TABLES)) {
      Stated.first(store).create("order");
    }
    if (store.declares(Feature.INSTANCE_DELETION)) {
      store
          .first()
          .provider()
          .capability(InstanceDeletion.class)
          .orElseThrow()
          .delete(List.of("order", "other", "c"), true);
    }
    store.moveTime(store.lockFor());
    Expect.equal(
        "An event was changed or removed.",
        kept,
        Streamed.second(store).log().subList(0, kept.size()));
    for (StreamId stream : streams) {
      Expect.equal("An event is missing.", 5, a.all(stream).size());
    }
  }

  /**
   * The store itself refuses changes of events that come past the SPI.
   *
   * <p><b>Shape:</b> each way to tamper that the fixture knows: refused, events unchanged.
   */
  @Rule("STREAM-26")
  void theStoreRefusesChangesOfEvents(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    Map<String, BooleanSupplier> ways = store.whiteBox().tampering();
    if (ways.isEmpty()) {
      throw new NotMeasured(FixturePart.WHITE_BOX, "tampering");
    }
    a.add(Streamed.stream("order"), 3);
    List<Object> before = a.snapshot(Streamed.stream("order"));
    ways.forEach((name, way) -> {
      Expect.that("The store lets " + name + " of events happen.", !way.getAsBoolean());
      Expect.equal("Events changed: " + name + ".", before, a.snapshot(Streamed.stream("order")));
    });
    Expect.equal("Appends are refused too.", 4L, a.add(Streamed.stream("order"), 1).lastVersion());
  }

  /**
   * An append costs a constant, whatever the version.
   *
   * <p><b>Shape:</b> on a warm handle, an append alone and a list of a hundred, to a short and to a
   * long stream: as many statements, one commit, at most two round trips behind a network.
   */
  @Rule("STREAM-32")
  void anAppendCostsAConstant(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    StatementCounter counter = store.statements();
    StreamId stream = Streamed.stream("stream");
    costs(a, counter, stream);
    List<Traffic> few = costs(a, counter, stream);
    a.add(stream, 1_000);
    costs(a, counter, stream);
    List<Traffic> many = costs(a, counter, stream);
    Expect.equal("An append costs more to a long stream.", few, many);
    for (Traffic cost : many) {
      Expect.atMost("An append has more than one commit.", 1, cost.commits());
      if (counter.overNetwork()) {
        Expect.atMost("An append has more than two round trips.", 2, cost.roundTrips());
      }
    }
  }

  private static List<Traffic> costs(Streamed a, StatementCounter counter, StreamId stream) {
    List<Traffic> costs = new ArrayList<>();
    Traffic before = counter.soFar();
    a.add(stream, 1);
    Traffic afterOne = counter.soFar();
    costs.add(afterOne.since(before));
    List<Change> list =
        IntStream.range(0, MANY).<Change>mapToObj(n -> Streamed.append(stream, 1)).toList();
    a.changes().apply(list);
    costs.add(counter.soFar().since(afterOne));
    return costs;
  }
}
