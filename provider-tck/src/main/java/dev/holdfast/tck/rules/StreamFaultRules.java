// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import static java.util.stream.Collectors.toSet;

import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.StreamWork;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.rules.ChangeCarrier.Answer;
import dev.holdfast.tck.rules.DisturbedCall.Form;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Appends whose callers are cut off, refused, killed, or come too late. */
@RuleFamily("STREAM")
final class StreamFaultRules {

  private static final int KILLS = 2;
  private static final int LINES = 30;
  private static final Duration HANG = Duration.ofMinutes(1);

  private static void disturb(StoreUnderTest store, Function<StoreUnderTest, DisturbedCall> calls) {
    Streamed.requireDeclared(store);
    DisturbedCall.everywhere(store, calls, StreamFaultRules::expectRetryable);
  }

  private static void expectRetryable(DisturbedCall call, Fault fault, ProviderError error) {
    Expect.is(call + " is not retryable, with " + fault + ".", Retryable.class, error);
  }

  private static DisturbedCall single(
      String operation, Supplier<Object> call, Consumer<Object> audit) {
    return new DisturbedCall(operation, Form.SINGLE, List.of(), call, audit);
  }

  /**
   * After an unknown outcome the same append with its key tells what happened.
   *
   * <p><b>Shape:</b> an append with a key, alone and in a list, disturbed at and around every
   * statement and commit, then again: one append in the stream, with the answer of a sole one, and
   * the next one has the next version.
   */
  @Rule("STREAM-24")
  void aKeyTellsWhatHappened(StoreUnderTest store) {
    disturb(store, under -> append(under, false));
    disturb(store, under -> append(under, true));
  }

  private static DisturbedCall append(StoreUnderTest store, boolean inList) {
    Streamed a = Streamed.first(store);
    StreamId stream = Streamed.stream("stream " + store.nextNumber());
    StreamId other = Streamed.stream("other " + store.nextNumber());
    a.add(stream, 1);
    AppendEvents append = Streamed.append(stream, Expected.exactly(1), 2).withKey("key");
    List<Change> list = List.of(append, Streamed.append(other, 1).withKey("key"));
    return single(
        inList ? "apply" : "append",
        () -> inList ? a.changes().apply(list).get(0) : a.calls().append(append),
        answer -> {
          Appended told = (Appended) answer;
          Expect.equal(
              "An append has other versions.",
              List.of(2L, 3L),
              List.of(told.firstVersion(), told.lastVersion()));
          Streamed b = Streamed.second(store);
          b.expectDense("A stream is not dense.", stream);
          Expect.equal("An append stands twice, or not.", 3L, b.last(stream));
          if (inList) {
            Expect.equal("An append stands twice, or not.", 1L, b.last(other));
          }
          Expect.equal("A cut append used up a version.", 4L, b.add(stream, 1).firstVersion());
        });
  }

  /**
   * An append in an ack is applied with it or not at all.
   *
   * <p><b>Shape:</b> each kind of ack with an append: a conflict refuses it and keeps the lock; a
   * bad part of the ack leaves no event; the corrected ack applies, and its repeat adds nothing.
   * Cut off and killed they are by the rules of CHANGE, for every kind of change.
   */
  @Rule("STREAM-13")
  void anAppendGoesWithItsAck(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    for (ChangeWay way : ChangeWay.all(store)) {
      if (!way.isAck()) {
        continue;
      }
      StreamId stream = Streamed.stream("by " + way);
      a.add(stream, 1);
      ChangeCarrier carrier = ChangeCarrier.on(store, way);
      VersionConflict conflict =
          carrier
              .carry(
                  List.of(
                      Streamed.append(stream, 1), Streamed.append(stream, Expected.exactly(1), 1)))
              .refused("An append fits a version that it does not expect.", VersionConflict.class);
      Expect.equal("An error names another place.", 1, conflict.changeIndex());
      List<Change> good = List.of(Streamed.append(stream, Expected.exactly(1), 2));
      Answer bad = carrier.carryWithBadPart(good);
      Expect.that("A bad part was accepted.", bad.error() != null);
      Expect.equal("A refused ack appended something.", 1L, a.last(stream));
      carrier.carry(good).applied("The corrected ack was refused.");
      Expect.equal("An append is not there with its ack.", 3L, Streamed.second(store).last(stream));
      Expect.that(
          "A repeated ack is not told as one.", carrier.carry(store.second(), good).isRepeat());
      Expect.equal("A repeated ack appended again.", 3L, a.last(stream));
    }
  }

  /**
   * An append under a lost fence writes nothing, and a live one holds.
   *
   * <p><b>Shape:</b> every kind of fence, live: applied; lost in every way: LockLost, whatever the
   * append would find, and nothing written.
   */
  @Rule("STREAM-14")
  void anAppendUnderALostFenceWritesNothing(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    StreamId stream = Streamed.stream("stream");
    long version = 0;
    for (Supplier<Fence> kind : ChangeFences.live(store).values()) {
      ChangeCarrier.takeAll(store.first());
      Fence fence = kind.get();
      List<ChangeResult> results = a.changes().apply(List.of(Streamed.append(stream, 1)), fence);
      Expect.equal(
          "An append has another version.", ++version, ((Appended) results.get(0)).lastVersion());
    }
    Map<String, Fence> lost = ChangeFences.lost(store);
    List<Object> before = a.snapshot(stream);
    lost.forEach((why, fence) -> {
      for (AppendEvents append :
          List.of(Streamed.append(stream, 1), Streamed.append(stream, Expected.noStream(), 1))) {
        Expect.thrown(
            "A lost fence was taken: " + why + ".",
            LockLost.class,
            () -> a.changes().apply(List.of(append), fence));
      }
    });
    Expect.equal("Something was appended under a lost fence.", before, a.snapshot(stream));
  }

  private static final int TAKEOVERS = 8;

  /**
   * Whoever has lost a fence appends nothing behind its next holder.
   *
   * <p><b>Shape:</b> many rounds with each kind of lock: its holder appends under its fence for as
   * long as it may, while time moves to the end of the lock and another one takes over and appends:
   * all of the former's events stand before those of the latter.
   */
  @Rule("STREAM-14")
  void theFormerHolderAppendsNothingBehindTheNextOne(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    Streamed b = Streamed.second(store);
    for (Takeover kind : takeovers(store)) {
      for (int round = 0; round < store.rounds(TAKEOVERS); round++) {
        ChangeCarrier.takeAll(store.first());
        StreamId stream = Streamed.stream("stream " + store.nextNumber());
        Fence former = kind.take().get();
        Together.all(
            () -> {
              Change append = AppendEvents.of(stream, Expected.any(), Streamed.event("former"));
              Expect.thrown(
                  "A lost fence is never noticed.",
                  LockLost.class,
                  () -> appendForEver(a, append, former));
            },
            () -> {
              store.moveTime(store.lockFor());
              Fence latter = kind.takeOver().get();
              Change append = AppendEvents.of(stream, Expected.any(), Streamed.event("latter"));
              Contention.repeated(() -> b.changes().apply(List.of(append), latter));
              Contention.repeated(() -> b.changes().apply(List.of(append), latter));
            });
        List<String> types = b.all(stream).stream().map(event -> event.content().type()).toList();
        Expect.equal(
            "The former holder appended behind the next one: " + kind.name() + ".",
            List.of("latter", "latter"),
            types.subList(Math.max(0, types.indexOf("latter")), types.size()));
      }
    }
  }

  private static void appendForEver(Streamed through, Change append, Fence fence) {
    long end = System.nanoTime() + HANG.toNanos();
    while (System.nanoTime() - end < 0) {
      Contention.repeated(() -> through.changes().apply(List.of(append), fence));
    }
  }

  /** How a lock is taken, and taken over when it has ended. */
  private record Takeover(String name, Supplier<Fence> take, Supplier<Fence> takeOver) {}

  private static List<Takeover> takeovers(StoreUnderTest store) {
    List<Takeover> kinds = new ArrayList<>();
    AtomicReference<String> taken = new AtomicReference<>();
    kinds.add(
        new Takeover(
            "instance",
            () -> {
              OrchestrationItem item = ChangeCarrier.lockedTurn(store);
              taken.set(item.instanceId());
              return item.lockToken();
            },
            () ->
                sought(() ->
                    store.second().fetch(Handle.ALL).stream()
                        .filter(item -> item.instanceId().equals(taken.get()))
                        .map(OrchestrationItem::lockToken))));
    kinds.add(
        new Takeover(
            "activity",
            () -> {
              ActivityItem item = ChangeCarrier.lockedActivity(store);
              taken.set(item.task().instanceId());
              return item.lockToken();
            },
            () ->
                sought(() ->
                    store.second().fetchActivities(Handle.ALL).stream()
                        .filter(item -> item.task().instanceId().equals(taken.get()))
                        .map(ActivityItem::lockToken))));
    if (store.declares(Feature.LEASES)) {
      String name = "the lease";
      kinds.add(
          new Takeover(
              "lease",
              () -> {
                store.moveTime(store.lockFor());
                return Leased.first(store).acquire(name, "A").token();
              },
              () -> Leased.second(store).acquire(name, "B").token()));
    }
    return kinds;
  }

  /** A fetch may pass what an append is just looking at. */
  private static Fence sought(Supplier<Stream<? extends Fence>> look) {
    List<Fence> found = new ArrayList<>();
    Waiting.until(
        () -> {
          look.get().forEach(found::add);
          return !found.isEmpty();
        },
        HANG);
    Expect.equal("What has ended is not taken over.", 1, found.size());
    return found.get(0);
  }

  /** The keys of the appends to a stream. */
  private static Set<String> keys(Streamed a, String name) {
    return a.all(new StreamId("killed", name)).stream()
        .map(event -> String.valueOf(event.content().correlationId()))
        .collect(toSet());
  }

  /** The key of the first append of a list, given that of its second one. */
  private static String first(String second) {
    return second.substring(0, second.length() - 1);
  }

  /** What killed children have told: the versions of each key. */
  private static Map<String, List<Long>> killed(StoreUnderTest store) {
    Streamed.requireDeclared(store);
    Map<String, List<Long>> told = new HashMap<>();
    for (int round = 0; round < store.rounds(KILLS); round++) {
      try (ChildJvm child =
          ChildJvm.start(store.crashTarget(), Task.STREAM, "child" + round + "-")) {
        int lines = LINES / 2 + store.random().nextInt(LINES);
        for (int n = 0; n < lines; n++) {
          String[] line = child.line("appended").split(" ");
          told.put(line[0], List.of(Long.parseLong(line[1]), Long.parseLong(line[2])));
        }
        child.kill();
      }
    }
    store.catchUpWithOtherJvms();
    return told;
  }

  /**
   * What was acknowledged is there after a kill, and what was not is whole or absent.
   *
   * <p><b>Shape:</b> child JVMs append three events at a time, alone and in lists, by two threads,
   * and are killed: each stream is dense, each append is whole, a list is there with both of its
   * appends or none, and repeating a key that was answered has the answered versions.
   */
  @Rule("STREAM-27")
  void whatWasAcknowledgedIsThereAfterAKill(StoreUnderTest store) {
    Map<String, List<Long>> told = killed(store);
    Streamed a = Streamed.first(store);
    List<StreamEvent> all = a.log();
    OrderRules.expectInVersionOrder(all);
    for (String name : List.of("one", "two")) {
      List<StreamEvent> events = a.all(new StreamId("killed", name));
      Expect.equal("An append stands twice, or in half.", 3 * keys(a, name).size(), events.size());
      for (int n = 0; n < events.size(); n++) {
        Expect.equal(
            "An append is not whole.",
            events.get(n - n % 3).content().correlationId() + "#" + n % 3,
            events.get(n).content().eventId());
      }
    }
    Set<String> inLists = keys(a, "two").stream().map(StreamFaultRules::first).collect(toSet());
    Expect.equal(
        "Half a list is there.",
        inLists,
        keys(a, "one").stream().filter(StreamWork::isInList).collect(toSet()));
    Expect.that("The children did nothing.", !told.isEmpty());
    told.forEach((key, versions) -> {
      String name = key.endsWith("+") ? "two" : "one";
      Appended again = a.calls().append(StreamWork.append(name, key));
      Expect.that("What was acknowledged is not there.", again.repeated());
      Expect.equal(
          "What was acknowledged has other versions.",
          versions,
          List.of(again.firstVersion(), again.lastVersion()));
    });
    Expect.equal("A repeat wrote something.", all, new ArrayList<>(a.log()));
  }
}
