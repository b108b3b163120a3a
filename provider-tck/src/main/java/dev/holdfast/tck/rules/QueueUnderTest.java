// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import java.util.List;

/**
 * One of the two queues, in the words of rules that hold for both. Its work has numbers: instances
 * of their own, or activities of one instance.
 */
enum QueueUnderTest {
  /** The orchestrator queue. */
  INSTANCES {
    @Override
    void begin(Handle handle) {
      // Each instance is created with its first work.
    }

    @Override
    void add(Handle handle, long number) {
      handle.create(id(number));
      handle.poke(id(number));
    }

    @Override
    void addAgain(Handle handle, long number) {
      handle.poke(id(number));
    }

    @Override
    Item fetch(Handle handle, long number) {
      return item(handle.fetchOne(id(number)));
    }

    @Override
    List<Item> fetchAny(Handle handle) {
      return handle.fetch(1).stream().map(QueueUnderTest::item).toList();
    }

    @Override
    void fetchNone(Handle handle, String what) {
      handle.fetchNone(what);
    }

    @Override
    LockToken token(long number, long epoch) {
      return new LockToken.OfInstance(id(number), epoch);
    }

    @Override
    AckResult ack(Handle handle, LockToken token) {
      return handle.turn(token, 1).ack();
    }

    @Override
    void takeResults(Handle handle, int acks) {
      // A turn has none.
    }

    @Override
    void moreComes(Handle handle) {
      for (int i = 0; i < 3; i++) {
        handle.poke(id(1));
      }
    }

    @Override
    void disturb(Handle handle, Item held) {
      Expect.none("An instance has a history without events.", handle.history(id(1), 1));
      handle.poke(id(1));
    }
  },

  /** The worker queue. */
  ACTIVITIES {
    @Override
    void begin(Handle handle) {
      handle.create(WORKED);
    }

    @Override
    void add(Handle handle, long number) {
      handle.schedule(WORKED, number);
    }

    @Override
    void addAgain(Handle handle, long number) {
      handle.schedule(WORKED, number);
    }

    @Override
    Item fetch(Handle handle, long number) {
      return item(handle.fetchActivity(number));
    }

    @Override
    List<Item> fetchAny(Handle handle) {
      return handle.fetchActivities(1).stream().map(QueueUnderTest::item).toList();
    }

    @Override
    void fetchNone(Handle handle, String what) {
      handle.fetchNoActivity(what);
    }

    @Override
    LockToken token(long number, long epoch) {
      return new LockToken.OfActivity(new ActivityIdentity(WORKED, 1, number), epoch);
    }

    @Override
    AckResult ack(Handle handle, LockToken token) {
      return handle
          .provider()
          .ackActivityItem(ActivityAck.of(token, Sample.message(WORKED, "result")));
    }

    @Override
    void takeResults(Handle handle, int acks) {
      OrchestrationItem results = handle.fetchOne(WORKED);
      Expect.equal("Not each ack has its completion.", acks, results.messages().size());
      handle.finish(results);
    }

    @Override
    void moreComes(Handle handle) {
      handle.schedule(WORKED, 2);
      handle.complete(handle.fetchActivity(2));
    }

    @Override
    void disturb(Handle handle, Item held) {
      Expect.rejected(
          "A completion to another instance was accepted.",
          InvalidRequest.class,
          handle
              .provider()
              .ackActivityItem(ActivityAck.of(held.token(), Sample.message("other", "result"))));
    }
  };

  private static final String WORKED = "worked";

  /**
   * What was delivered.
   *
   * @param token its token
   * @param deliveryCount how often it was delivered
   * @param content its messages, or its task
   */
  record Item(LockToken token, int deliveryCount, Object content) {}

  private static Item item(OrchestrationItem item) {
    return new Item(item.lockToken(), item.deliveryCount(), item.messages());
  }

  private static Item item(ActivityItem item) {
    return new Item(item.lockToken(), item.deliveryCount(), item.task());
  }

  private static String id(long number) {
    return "turned-" + number;
  }

  /** Makes what the queue's work needs; once per test, while nothing is deliverable. */
  abstract void begin(Handle handle);

  /** Makes new work, while no instance is deliverable. */
  abstract void add(Handle handle, long number);

  /** Makes work deliverable again that was acked. */
  abstract void addAgain(Handle handle, long number);

  /** Fetches one and expects this. */
  abstract Item fetch(Handle handle, long number);

  /** Fetches one, whatever it is. */
  abstract List<Item> fetchAny(Handle handle);

  /** Fetches and expects nothing. */
  abstract void fetchNone(Handle handle, String what);

  /** A token for this work. */
  abstract LockToken token(long number, long epoch);

  /** Acks under any token. */
  abstract AckResult ack(Handle handle, LockToken token);

  /** Takes away what so many acks have brought, and expects no more and no less. */
  abstract void takeResults(Handle handle, int acks);

  /** More work comes while number 1 is locked, and is none of those who fetch. */
  abstract void moreComes(Handle handle);

  /** Calls that are no ack and no abandon, and an ack that is refused. */
  abstract void disturb(Handle handle, Item held);

  /** Acks and expects it to be applied. */
  final void finish(Handle handle, Item item) {
    Expect.applied(ack(handle, item.token()));
  }

  /** Gives back. */
  final void abandon(Handle handle, Item item, AbandonOptions how) {
    handle.provider().abandon(item.token(), how);
  }

  /** Expects a token that holds nothing to be lost in all calls. */
  final void expectLost(Handle handle, LockToken token) {
    expectNotHeld(handle, token);
    Expect.rejected(
        "A token that never held the lock was acked.", LockLost.class, ack(handle, token));
  }

  /** Expects a token whose lock has ended to be lost, or recognised where it was acked. */
  final void expectOver(Handle handle, LockToken token, boolean wasAckedLast) {
    expectNotHeld(handle, token);
    AckResult result = ack(handle, token);
    boolean mayBeRecognised = wasAckedLast || this == ACTIVITIES;
    if (!(mayBeRecognised && result instanceof AckResult.AlreadyApplied)) {
      Expect.rejected("A token whose lock has ended was acked.", LockLost.class, result);
    }
  }

  /** Whether work can be deleted. */
  final boolean canBeDeleted(Handle handle) {
    return this == INSTANCES && handle.provider().capability(InstanceDeletion.class).isPresent();
  }

  /** Deletes an instance, locked or not. */
  final void delete(Handle handle, long number) {
    handle
        .provider()
        .capability(InstanceDeletion.class)
        .orElseThrow()
        .delete(List.of(id(number)), true);
  }

  /** As {@link #expectLost}, but for the ack, which may be recognised as a repeat. */
  static void expectNotHeld(Handle handle, LockToken token) {
    handle.renewLost("A token that holds nothing was renewed.", token);
    Expect.lockLost(
        "A token that holds nothing was abandoned.",
        () -> handle.provider().abandon(token, AbandonOptions.now()));
  }

  /** Expects a delivery count. */
  final void expectCount(int expected, Item item) {
    Expect.equal("The delivery count is wrong (" + this + ").", expected, item.deliveryCount());
  }
}
