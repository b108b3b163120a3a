// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.record;

import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.LockToken;
import dev.holdfast.tck.record.Recording.Removal;
import dev.holdfast.tck.record.Recording.Seen;
import dev.holdfast.tck.record.Recording.Sent;
import dev.holdfast.tck.record.Tenure.Kind;
import dev.holdfast.tck.record.Tenure.Outcome;
import dev.holdfast.tck.record.Tenure.Use;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Judges a recording. Tokens order the tenures of a lock, so that each instance and each activity
 * has one sequence of deliveries and releases, and the record must be explained by it: every
 * delivery by the ones before it, every call with a token by what had happened to its lock.
 * Immutable.
 */
public final class RecordCheck {

  private final Map<Object, List<Tenure>> byLock;
  private final List<Sent> sent;
  private final List<Seen> seen;
  private final List<Removal> removals;
  private final int disturbed;

  RecordCheck(
      List<Tenure> tenures,
      List<Sent> sent,
      List<Seen> seen,
      List<Removal> removals,
      int disturbed) {
    this.sent = sent;
    this.seen = seen;
    this.removals = removals;
    this.disturbed = disturbed;
    byLock =
        tenures.stream()
            .sorted(Comparator.comparingLong(tenure -> tenure.token.epoch()))
            .collect(Collectors.groupingBy(tenure -> lockOf(tenure.token)));
  }

  private static Object lockOf(LockToken token) {
    return switch (token) {
      case LockToken.OfInstance instance -> instance.instanceId();
      case LockToken.OfActivity activity -> activity.activity();
    };
  }

  /**
   * Expects that enough acks were applied to judge by.
   *
   * @param fewest how many are enough
   * @throws dev.holdfast.tck.Inconclusive when there were too few, and not because calls failed
   */
  public void expectEnough(long fewest) {
    Expect.enough("applied acks", fewest, applied(), disturbed);
  }

  private long applied() {
    return byLock.values().stream().flatMap(List::stream).filter(Tenure::applied).count();
  }

  /** Expects that the tenures of a lock never overlap, except after the earlier one's end. */
  public void expectNoOverlap() {
    for (List<Tenure> tenures : byLock.values()) {
      for (int i = 1; i < tenures.size(); i++) {
        expectNoOverlap(tenures.get(i - 1), tenures.get(i));
      }
    }
  }

  private static void expectNoOverlap(Tenure earlier, Tenure later) {
    if (later.fetch.ended() < earlier.fetch.began()) {
      throw contradiction("A later acquisition has a smaller token.", earlier, later);
    }
    boolean released =
        earlier.uses.stream()
            .anyMatch(use -> use.releases() && use.span().began() < later.fetch.ended());
    if (!released && later.fetch.after().isBefore(earlier.heldAtLeastUntil())) {
      throw contradiction("A lock was given out while it was held.", earlier, later);
    }
    for (Use use : earlier.uses) {
      if (use.outcome() == Outcome.ACCEPTED && use.span().began() > later.fetch.ended()) {
        throw contradiction(
            "A call with an old token was accepted after a newer one was given out: " + use,
            earlier,
            later);
      }
    }
  }

  /** Expects that each call with a token ended as it had to. */
  public void expectUsesExplained() {
    for (List<Tenure> tenures : byLock.values()) {
      for (int i = 0; i < tenures.size(); i++) {
        for (Use use : tenures.get(i).uses) {
          expectExplained(use, tenures.get(i), tenures.subList(i + 1, tenures.size()));
        }
      }
    }
  }

  private static void expectExplained(Use use, Tenure tenure, List<Tenure> later) {
    List<Use> releases = tenure.uses.stream().filter(Use::releases).toList();
    if (releases.size() > 1) {
      throw contradiction("A lock was released twice by one token.", tenure, tenure);
    }
    boolean appliedBefore = tenure.applied() && releases.get(0).span().began() < use.span().ended();
    if (use.outcome() == Outcome.ALREADY_APPLIED && !appliedBefore) {
      throw contradiction("A token that was not acked is AlreadyApplied.", tenure, tenure);
    }
    boolean needsALiveLock = use.kind() == Kind.ACK || use.kind() == Kind.RENEW;
    if (use.outcome() == Outcome.ACCEPTED
        && needsALiveLock
        && !use.span().before().isBefore(tenure.endedAtTheLatest(use))) {
      throw contradiction("A call was accepted after the lock end: " + use, tenure, tenure);
    }
    if (use.outcome() != Outcome.LOCK_LOST) {
      return;
    }
    boolean laterApplied =
        later.stream()
            .anyMatch(one ->
                one.release()
                    .filter(release -> release.kind() == Kind.ACK)
                    .filter(release -> release.span().began() < use.span().ended())
                    .isPresent());
    boolean appliedLongBefore =
        tenure.applied() && releases.get(0).span().ended() < use.span().began();
    if (tenure.token instanceof LockToken.OfInstance
        && use.kind() == Kind.ACK
        && appliedLongBefore
        && !laterApplied) {
      throw contradiction("The token that was acked last is not recognised.", tenure, tenure);
    }
    boolean released =
        releases.stream().anyMatch(release -> release.span().began() < use.span().ended());
    boolean superseded = later.stream().anyMatch(one -> one.fetch.began() < use.span().ended());
    boolean ended = !use.span().after().isBefore(tenure.heldAtLeastUntil());
    if (!released && !superseded && !ended) {
      throw contradiction("The holder of a live lock was refused: " + use, tenure, tenure);
    }
  }

  /**
   * Expects that every delivery follows from the ones before it: batch, history and delivery count;
   * and that every message was consumed by exactly one applied ack in the end.
   *
   * @param handle to read the histories
   */
  public void expectDeliveriesExplained(Handle handle) {
    Map<String, List<Sent>> messages =
        sent.stream()
            .collect(Collectors.groupingBy(Sent::instanceId, TreeMap::new, Collectors.toList()));
    messages.forEach((id, ofInstance) -> {
      List<Tenure> tenures = byLock.getOrDefault(id, List.of());
      long events = expectDeliveriesExplained(ofInstance, tenures);
      List<HistoryEvent> history = handle.history(id, 1);
      Expect.equal(
          "The history of " + id + " is not what the applied acks appended.",
          Sample.events(1, events),
          history);
    });
  }

  /** Expects that each read has seen the turns of one moment while it was made. */
  public void expectReadsExplained() {
    for (Seen read : seen) {
      List<Tenure> applied =
          byLock.getOrDefault(read.instanceId(), List.of()).stream()
              .filter(Tenure::applied)
              .toList();
      SeenCheck.expectExplained(read, applied);
    }
  }

  /** Expects that nothing from before a deletion came through it. */
  public void expectDeletionsExplained() {
    for (Removal removal : removals) {
      new RemovalCheck(removal, byLock.getOrDefault(removal.instanceId(), List.of()), sent)
          .expectNothingLeft();
    }
  }

  /**
   * Expects that enough instances were deleted to judge by.
   *
   * @param fewest how many are enough
   * @throws dev.holdfast.tck.Inconclusive when there were too few, and not because calls failed
   */
  public void expectEnoughDeletions(long fewest) {
    Expect.enough("deletions", fewest, removals.size(), disturbed);
  }

  private static long expectDeliveriesExplained(List<Sent> messages, List<Tenure> tenures) {
    Set<String> consumed = new HashSet<>();
    long events = 0;
    int deliveries = 0;
    Tenure before = null;
    for (Tenure tenure : tenures) {
      deliveries++;
      if (tenure.delivery.deliveryCount() != deliveries) {
        throw contradiction("A delivery count is not " + deliveries + ".", before, tenure);
      }
      if (tenure.delivery.lastEventId() != events) {
        throw contradiction("The last event is not " + events + ".", before, tenure);
      }
      expectBatch(messages, consumed, before, tenure);
      if (tenure.applied()) {
        consumed.addAll(tenure.delivery.messages());
        events += Recording.EVENTS;
        deliveries = 0;
      } else if (tenure.release().filter(r -> r.kind() == Kind.ABANDON_UNCOUNTED).isPresent()) {
        deliveries--;
      }
      before = tenure;
    }
    for (Sent message : messages) {
      Expect.that(
          "A message was never consumed by an applied ack.",
          message,
          consumed.size() + " other messages were consumed",
          consumed.contains(message.body()));
    }
    return events;
  }

  private static void expectBatch(
      List<Sent> messages, Set<String> consumed, @Nullable Tenure before, Tenure tenure) {
    List<String> batch = tenure.delivery.messages();
    Set<String> seen = new HashSet<>();
    Map<Integer, Long> lastOfSender = new HashMap<>();
    Map<String, Sent> byBody = new HashMap<>();
    messages.forEach(message -> byBody.put(message.body(), message));
    for (String body : batch) {
      Sent message = byBody.get(body);
      if (message == null || message.span().began() > tenure.fetch.ended()) {
        throw contradiction("A batch has a message that was not sent: " + body, before, tenure);
      }
      if (!seen.add(body)) {
        throw contradiction("A batch has a message twice: " + body, before, tenure);
      }
      if (consumed.contains(body)) {
        throw contradiction("A message came again after its ack: " + body, before, tenure);
      }
      Long last = lastOfSender.put(message.sender(), message.span().began());
      if (last != null && last > message.span().began()) {
        throw contradiction("A sender's messages are out of order: " + body, before, tenure);
      }
    }
    List<String> missing = new ArrayList<>();
    for (Sent message : messages) {
      boolean mustBeThere =
          message.span().ended() < tenure.fetch.began() && !consumed.contains(message.body());
      if (mustBeThere && !seen.contains(message.body())) {
        missing.add(message.body());
      }
    }
    if (before != null && !before.applied() && !seen.containsAll(before.delivery.messages())) {
      missing.add("some of the delivery before");
    }
    if (!missing.isEmpty()) {
      throw contradiction("A batch lacks messages: " + missing, before, tenure);
    }
  }

  private static Error contradiction(String what, @Nullable Tenure one, Tenure other) {
    return Expect.violation(
        what, "calls that can be explained one after another", one + "\n" + other);
  }
}
