// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Provider;
import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Makes mutants of streams. */
final class FlowMutants {

  private FlowMutants() {}

  /** Makes a broken handle on right streams. */
  @FunctionalInterface
  interface Handles {
    Flowing of(Provider inner, Flow flow);
  }

  /** A mutant of which one decision is broken. */
  static void flow(
      Family family,
      String name,
      String what,
      String origin,
      Function<InstantSource, Flow> broken) {
    fixture(
        family,
        name,
        what,
        origin,
        store -> {
          Flow flow = broken.apply(InboxMutants.clock(store));
          return new Streams(flow, inner -> new Flowing(inner, flow));
        });
  }

  /** A mutant of which one call is broken. */
  static void call(Family family, String name, String what, String origin, Handles broken) {
    both(family, name, what, origin, Flow::new, broken);
  }

  /** A mutant whose calls and decisions are broken. */
  static <F extends Flow> void both(
      Family family,
      String name,
      String what,
      String origin,
      Function<InstantSource, F> flows,
      Handles broken) {
    fixture(
        family,
        name,
        what,
        origin,
        store -> {
          Flow flow = flows.apply(InboxMutants.clock(store));
          return new Streams(flow, inner -> broken.of(inner, flow));
        });
  }

  /** A fixture with the streams that the mutants break, and nothing broken. */
  static TckFixture unbroken() {
    Family family = new Family("STREAM");
    call(family, "nothing-broken", "Nothing is broken.", "none", Flowing::new);
    return family.mutants().getFirst().fixture().get();
  }

  private record Streams(Flow flow, UnaryOperator<Provider> handles) {}

  private static void fixture(
      Family family,
      String name,
      String what,
      String origin,
      Function<TestStore, Streams> breaker) {
    family.fixture(
        name,
        what,
        origin,
        () ->
            new ChangedFixture(new ReferenceFixture()) {
              @Override
              public TestStore freshStore(String purpose) {
                TestStore store = super.freshStore(purpose);
                Streams broken = breaker.apply(store);
                return new ChangedStore(store) {
                  @Override
                  protected Provider handle(Provider right) {
                    return broken.handles().apply(right);
                  }

                  @Override
                  public Optional<CommitHold> commitHold() {
                    return Optional.of(broken.flow().gate);
                  }

                  @Override
                  public Optional<WhiteBox> whiteBox() {
                    return super.whiteBox().map(FlowMutants::withoutStreams);
                  }
                };
              }
            });
  }

  /** The streams are not where the white box looks. */
  private static WhiteBox withoutStreams(WhiteBox box) {
    return new WhiteBox() {
      @Override
      public List<StoredRow> rows() {
        return box.rows();
      }

      @Override
      public void corrupt(RowKind kind, String instanceId) {
        box.corrupt(kind, instanceId);
      }

      @Override
      public boolean corrupts(RowKind kind) {
        return kind != RowKind.STREAM_EVENT && box.corrupts(kind);
      }
    };
  }
}
