// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.History;
import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.admin.ExecutionDetails;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceDetails;
import dev.holdfast.provider.feature.KeyValues;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Together;
import dev.holdfast.tck.harness.Turn;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** ATOM-04: nobody ever sees part of an ack. */
@RuleFamily("ATOM")
final class AtomIsolationRules {

  private static final int TURNS = 100;
  private static final int PARTS = 10;

  /**
   * No reader and no fetch ever sees part of an ack.
   *
   * <p><b>Shape:</b> three threads on two handles work turn after turn on one instance, each turn
   * with ten events, ten messages to another instance, a new name and a new output; they fetch both
   * instances, a third handle reads all the time: every count is a multiple of ten, and name,
   * output and history of one answer are of the same turn.
   */
  @Rule("ATOM-04")
  void nobodySeesPartOfAnAck(StoreUnderTest store) {
    store.first().create("sink");
    store.first().create("order");
    store.first().poke("order");
    Run run = new Run(store.declares(Feature.KEY_VALUES));
    Handle reader = store.newHandle();

    Together.all(
        () -> run.untilDone(() -> run.work(store.first())),
        () -> run.untilDone(() -> run.work(store.first())),
        () -> run.untilDone(() -> run.work(store.second())),
        () -> run.untilDone(() -> run.read(reader)));

    store.first().fetch(Handle.ALL).forEach(item -> run.take(store.first(), item));
    Expect.equal("Messages were lost or doubled.", (long) TURNS * PARTS, run.taken.get());
    Expect.equal(
        "Events were lost or doubled.",
        Sample.events(1, (long) TURNS * PARTS),
        store.first().history("order", 1));
  }

  /** What the threads of the test share. */
  private static final class Run {
    private final boolean withKeyValues;
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicLong taken = new AtomicLong();

    Run(boolean withKeyValues) {
      this.withKeyValues = withKeyValues;
    }

    /** A thread that ends, for whatever reason, ends the others. */
    void untilDone(Runnable step) {
      try {
        while (!done.get()) {
          step.run();
        }
      } finally {
        done.set(true);
      }
    }

    void work(Handle handle) {
      OrchestrationFetch request =
          OrchestrationFetch.of(1, handle.lockFor()).withInlineHistory(Integer.MAX_VALUE);
      for (OrchestrationItem item : handle.fetch(request)) {
        if (item.instanceId().equals("sink")) {
          take(handle, item);
        } else {
          turn(handle, item);
        }
      }
    }

    void take(Handle handle, OrchestrationItem item) {
      expectWhole("A batch has part of an ack's messages.", item.messages().size());
      taken.addAndGet(item.messages().size());
      handle.finish(item);
    }

    private void turn(Handle handle, OrchestrationItem item) {
      History history = item.history();
      long number = history.lastEventId() / PARTS;
      expectWhole("A fetch shows part of an ack's events.", history.lastEventId());
      Expect.equal(
          "A fetch shows another end of the history than its events.",
          history.lastEventId(),
          (long) history.events().size());
      Expect.equal(
          "A fetch shows a name of another turn than its history.", name(number), item.name());

      long next = number + 1;
      Turn turn =
          handle
              .turn(item)
              .name(name(next))
              .output(name(next))
              .events(history.lastEventId() + 1, history.lastEventId() + PARTS)
              .send(messages(next));
      if (withKeyValues) {
        for (int i = 0; i < PARTS; i++) {
          String key = "key-" + i;
          turn.metadata(m -> m.keyValue(new KeyValueMutation.Set(key, Payload.utf8(name(next)))));
        }
      }
      if (next < TURNS) {
        turn.send(Sample.message("order", "go on")).apply();
      } else {
        turn.apply();
        done.set(true);
      }
    }

    private static OrchestratorMessage[] messages(long turn) {
      return IntStream.range(0, PARTS)
          .mapToObj(i -> Sample.message("sink", "turn " + turn + ", " + i))
          .toArray(OrchestratorMessage[]::new);
    }

    void read(Handle handle) {
      History history = handle.provider().readHistory("order", 1, 0, Integer.MAX_VALUE);
      expectWhole("A read shows part of an ack's events.", history.events().size());
      Expect.equal(
          "A read shows another end of the history than its events.",
          history.lastEventId(),
          (long) history.events().size());
      handle.provider().capability(InstanceAdmin.class).ifPresent(Run::readAdmin);
      handle.provider().capability(KeyValues.class).ifPresent(Run::readKeyValues);
    }

    private static void readAdmin(InstanceAdmin admin) {
      InstanceDetails details = admin.instance("order");
      if (details.output() != null) {
        Expect.equal(
            "An answer shows name and output of two turns.",
            Payload.utf8(details.summary().name()),
            details.output());
      }
      ExecutionDetails execution = admin.execution("order", 1);
      expectWhole("An answer counts part of an ack's events.", execution.eventCount());
      Expect.equal(
          "An answer shows output and events of two turns.",
          output(execution.eventCount() / PARTS),
          execution.output());
    }

    private static void readKeyValues(KeyValues keyValues) {
      Collection<KeyValue> values = keyValues.readAll("order").values();
      expectWhole("An answer shows part of an ack's key-values.", values.size());
      Expect.that(
          "An answer shows key-values of two turns.",
          "values of one turn",
          values,
          values.stream().map(KeyValue::value).distinct().count() <= 1);
    }

    private static @Nullable Payload output(long turn) {
      return turn == 0 ? null : Payload.utf8(name(turn));
    }

    private static String name(long turn) {
      return turn == 0 ? Sample.NAME : "turn-" + turn;
    }

    private static void expectWhole(String what, long count) {
      Expect.equal(what, 0L, count % PARTS);
    }
  }
}
