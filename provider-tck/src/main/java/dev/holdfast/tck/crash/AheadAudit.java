// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EndedInstance;
import dev.holdfast.provider.EndedRead;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.tck.words.Delivered;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Judges what a killed child left that ran orchestrations by turns ahead. Stateless. */
public final class AheadAudit {

  private static final int ATTEMPTS = 10;

  private AheadAudit() {}

  /**
   * Expects whole turns and nothing else, after the locks of the child have ended. Finishes all of
   * it.
   *
   * @param store the store
   * @param prefix how the ids of the child's instances begin
   * @param said what the child said
   */
  public static void expectWhole(StoreUnderTest store, String prefix, List<String> said) {
    Handle handle = store.first();
    List<String> told = new ArrayList<>();
    List<String> scheduled = new ArrayList<>();
    List<String> ended = new ArrayList<>();
    int started = (int) said.stream().filter(line -> line.startsWith("starting ")).count();
    List<ActivityItem> activities = settled(handle, prefix, started);
    // One more, in case that a line was lost with the child.
    for (int number = 1; number <= started + 1; number++) {
      String id = AheadWork.instance(prefix, number);
      int turns = turns(handle, id, said);
      for (int turn = 1; turn <= turns; turn++) {
        told.add(AheadWork.told(id, turn));
      }
      if (turns == AheadWork.TURNS) {
        ended.add(id);
      } else if (turns > 0) {
        scheduled.add(id + " " + turns);
      }
    }
    expectEnded(handle, prefix, started, ended);
    expectActivities(handle, activities, scheduled);
    expectTold(handle, prefix, told);
  }

  /**
   * Fetches the activities when nothing changes any more: a server may go on with a call of a child
   * that is dead.
   */
  private static List<ActivityItem> settled(Handle handle, String prefix, int started) {
    List<ActivityItem> activities = new ArrayList<>();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      List<Integer> before = sizes(handle, prefix, started);
      activities.addAll(handle.fetchActivities(Handle.ALL));
      if (before.equals(sizes(handle, prefix, started))) {
        break;
      }
    }
    return activities;
  }

  private static List<Integer> sizes(Handle handle, String prefix, int started) {
    return IntStream.rangeClosed(1, started + 1)
        .mapToObj(number -> handle.history(AheadWork.instance(prefix, number), 1).size())
        .toList();
  }

  /** How many whole turns are in a history; as many as the child said, or one more. */
  private static int turns(Handle handle, String id, List<String> said) {
    int events = handle.history(id, 1).size();
    Expect.equal("A turn ahead is there in part: " + id + ".", 0, events % AheadWork.EVENTS);
    Expect.equal(
        "The events of turns ahead are others: " + id + ".",
        Sample.events(1, events),
        handle.history(id, 1));
    int turns = events / AheadWork.EVENTS;
    int applied =
        (int) said.stream().filter(line -> line.startsWith("applied " + id + " ")).count();
    Expect.that(
        "Other turns ahead are there than were said to be applied: " + id + ".",
        applied + " or one more",
        turns,
        turns == applied || turns == applied + 1);
    return turns;
  }

  private static void expectEnded(
      Handle handle, String prefix, int started, List<String> expected) {
    List<String> ids = new ArrayList<>();
    for (int number = 1; number <= started + 1; number++) {
      ids.add(AheadWork.instance(prefix, number));
    }
    Expect.equal(
        "Other instances have ended than their histories say.",
        expected,
        handle.provider().readEnded(new EndedRead(ids, Duration.ZERO)).stream()
            .map(EndedInstance::instanceId)
            .sorted((one, other) -> Integer.compare(ids.indexOf(one), ids.indexOf(other)))
            .toList());
  }

  private static void expectActivities(
      Handle handle, List<ActivityItem> activities, List<String> expected) {
    Expect.equal(
        "Other activities are queued than those of the last turns.",
        expected.stream().sorted().toList(),
        activities.stream()
            .map(item -> item.task().instanceId() + " " + item.task().activityId())
            .sorted()
            .toList());
    for (ActivityItem item : activities) {
      Expect.equal("A claim of a dead process was not counted once.", 2, item.deliveryCount());
      Expect.applied(handle.provider().ackActivityItem(ActivityAck.of(item.lockToken(), null)));
    }
  }

  private static void expectTold(Handle handle, String prefix, List<String> expected) {
    String sink = AheadWork.sink(prefix);
    handle.start(sink);
    List<OrchestrationItem> items = handle.fetch(Handle.ALL);
    OrchestrationItem item = Delivered.of(items, sink);
    Expect.equal("A start or a completion was left without its turn.", 1, items.size());
    Expect.equal(
        "The messages of the turns are not there once.",
        expected.stream().sorted().toList(),
        item.messages().stream()
            .filter(message -> message.start() == null)
            .map(message -> message.body().asUtf8())
            .sorted()
            .toList());
    handle.turn(item).name(Sample.NAME).apply();
  }
}
