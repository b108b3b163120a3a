// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.stream.DropStep;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.RowRead;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;

/** A projection with a damaged row between two good ones. Of one test. */
final class ProjectionDamage {

  /** What is done to the damaged row. */
  enum Repair {
    REPLACE,
    REMOVE,
    REMOVE_AND_PUT,
    DROP
  }

  private static final String BAD = "m bad";

  private final StoreUnderTest store;
  private final Projected a;
  private final String name;

  ProjectionDamage(StoreUnderTest store, Projected a, String name) {
    this.store = store;
    this.a = a;
    this.name = name;
  }

  void expectBlocksNoOther(WhiteBox box, Repair repair) {
    a.create(name, 0);
    a.update(Projected.inline(name, Projected.put(BAD, "bad")));
    box.corrupt(RowKind.PROJECTION_ROW, name);
    LogPosition to = a.streams().add(Streamed.stream("s"), 1).lastPosition();
    a.update(
        Projected.moving(
            name, 1, LogPosition.START, to, Projected.put("a", "1"), Projected.put("z", "1")));
    for (Projected through : List.of(a, Projected.second(store))) {
      expectTold(through);
      expectOthers(through, to);
    }
    LogPosition next = a.streams().add(Streamed.stream("s"), 1).lastPosition();
    a.update(Projected.moving(name, 1, to, next, Projected.put("a", "2")));
    Expect.equal("A checkpoint does not move on.", next, a.checkpoint(name, 1));
    switch (repair) {
      case REPLACE -> replace(Projected.put(BAD, "good"));
      case REMOVE -> {
        a.update(a.staying(name, 1, RowChange.remove(BAD)));
        Expect.equal("A damaged row is there.", List.of("a", "z"), keys());
      }
      case REMOVE_AND_PUT ->
          replace(RowChange.remove(BAD), new RowChange.Put(BAD, Projected.text("good"), 0L));
      case DROP -> {
        a.create(name, 1);
        a.calls().makeLive(name, 2, 1, LogPosition.START);
        Expect.equal(
            "A damaged row is not dropped.", new DropStep(3, true), a.calls().drop(name, 1, 10));
      }
    }
  }

  private void replace(RowChange... changes) {
    a.update(a.staying(name, 1, changes));
    Expect.equal(
        "A damaged row was not replaced.", "good", Projected.second(store).value(name, null, BAD));
    Expect.equal("Rows are missing.", List.of("a", BAD, "z"), keys());
  }

  private List<String> keys() {
    return Projected.keys(Projected.second(store).all(name, null));
  }

  private void expectTold(Projected through) {
    List<Runnable> reads =
        List.of(
            () -> through.calls().row(name, null, BAD),
            () -> through.calls().row(name, 1, BAD),
            () -> through.calls().rows(RowRead.live(name, 3)),
            () -> through.calls().rows(RowRead.live(name, 1).after("a")));
    for (Runnable read : reads) {
      CorruptData corrupt = Expect.thrown("A damaged row was read.", CorruptData.class, read);
      String text = String.valueOf(corrupt.getMessage());
      Expect.that(
          "The error does not name projection, generation and key.",
          name + ", 1 and " + BAD,
          text,
          text.contains(name) && text.contains("1") && text.contains(BAD));
    }
  }

  private void expectOthers(Projected through, LogPosition to) {
    Expect.equal("Another row cannot be read.", "1", through.value(name, null, "z"));
    Expect.equal(
        "The page before it cannot be read.",
        List.of("a"),
        Projected.keys(through.calls().rows(RowRead.live(name, 1)).rows()));
    Expect.equal(
        "The page behind it cannot be read.",
        List.of("z"),
        Projected.keys(through.calls().rows(RowRead.live(name, 3).after(BAD)).rows()));
    Expect.equal("The projection cannot be read.", to, through.checkpoint(name, 1));
  }
}
