// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.TriggerDelivered;
import dev.holdfast.provider.state.TriggerInput;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.tck.words.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The work of all processes on one run. Producers deliver inputs to a trigger step; turns of the
 * run's instance consume them, count them in the run's data and note them in the history, and
 * schedule a step for each; activities complete the steps and append to the inbox of a last step,
 * from where each message is moved on. Beside them others merge into the run's data. Every effect
 * of a call is one commit, so that in the end all of them agree. Thread-safe.
 */
final class RunWork {

  /** The run, and its instance. */
  static final String RUN = "the run";

  /** The trigger step. */
  static final String SOURCE = "source";

  /** Where completed steps send to. */
  static final InboxKey SINK = new InboxKey(RUN, "sink", "in");

  /** Where messages are moved to. */
  static final InboxKey MOVED = new InboxKey(RUN, "moved", "in");

  /** The inputs of the trigger step. */
  static final InboxKey INPUTS = new InboxKey(RUN, SOURCE, Triggers.PORT);

  private static final int THREADS = 5;
  private static final int AT_ONCE = 5;
  private static final int MOST_WAITING = 40;
  private static final String CONSUMED = "in";
  private static final String DONE = "done";

  private final Provider provider;
  private final Consumer<String> say;
  private final String prefix;
  private final Duration lockFor;
  private final Changes changes;
  private final StateTables tables;
  private final DurableInbox inbox;
  private final Triggers triggers;
  private final AtomicInteger produced = new AtomicInteger();

  RunWork(Provider provider, Consumer<String> say, String prefix, Duration lockFor) {
    this.provider = provider;
    this.say = say;
    this.prefix = prefix;
    this.lockFor = lockFor;
    changes = provider.capability(Changes.class).orElseThrow();
    tables = provider.capability(StateTables.class).orElseThrow();
    inbox = provider.capability(DurableInbox.class).orElseThrow();
    triggers = provider.capability(Triggers.class).orElseThrow();
  }

  // ---- what follows from what

  /** The step of an input. */
  static String step(long sequence) {
    return "part " + sequence;
  }

  /** What a step puts out. */
  static Payload output(long sequence) {
    return Payload.utf8("output of part " + sequence);
  }

  /** The id of a message once it was moved. */
  static String moved(String messageId) {
    return "moved " + messageId;
  }

  /** What the run's data says: inputs counted, and merges. */
  record Totals(long inputs, long merges) {

    static Totals of(Run run) {
      String[] words = run.data() == null ? new String[] {"0", "0"} : words(run.data().asUtf8());
      return new Totals(Long.parseLong(words[0]), Long.parseLong(words[1]));
    }

    Payload data() {
      return Payload.utf8(inputs + " " + merges);
    }
  }

  /** What an event notes: the inputs that its turn consumed, and the steps that were done. */
  record Noted(List<Long> inputs, List<Long> done) {

    static Noted of(HistoryEvent event) {
      List<Long> inputs = new ArrayList<>();
      List<Long> done = new ArrayList<>();
      List<Long> to = inputs;
      for (String word : words(event.data().asUtf8())) {
        switch (word) {
          case CONSUMED -> to = inputs;
          case DONE -> to = done;
          default -> to.add(Long.parseLong(word));
        }
      }
      return new Noted(inputs, done);
    }

    HistoryEvent event(long eventId) {
      StringBuilder text = new StringBuilder(CONSUMED);
      inputs.forEach(n -> text.append(' ').append(n));
      text.append(' ').append(DONE);
      done.forEach(n -> text.append(' ').append(n));
      return new HistoryEvent(eventId, "noted", Payload.utf8(text.toString()), Sample.RECORDED_AT);
    }
  }

  private static String[] words(String text) {
    return text.split(" ", -1);
  }

  // ---- working

  /** Works on several threads. Returns at once. */
  void work(long seed) {
    for (int i = 0; i < THREADS; i++) {
      Random random = new Random(seed + i);
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            while (true) {
              some(random);
            }
          });
    }
  }

  private void some(Random random) {
    try {
      switch (random.nextInt(8)) {
        case 0, 1 -> deliver(random);
        case 2, 3 -> turn();
        case 4, 5 -> activities(random.nextInt(2) + 1);
        case 6 -> move(random.nextInt(3) + 1, random.nextInt(8) == 0);
        default -> merge();
      }
    } catch (Retryable | LockLost refused) {
      say.accept("refused " + refused.getClass().getSimpleName());
    } catch (RuntimeException e) {
      e.printStackTrace();
      say.accept("failed " + e);
    }
  }

  /** Does what is left, until there is nothing, without producing more. */
  void finish() {
    boolean more = true;
    while (more) {
      more = turn() | activities(AT_ONCE) | move(AT_ONCE, false);
    }
  }

  /** Delivers a new input, or one that was delivered before. */
  private void deliver(Random random) {
    boolean again = random.nextInt(4) == 0 && produced.get() > 0;
    if (!again && waiting().size() == MOST_WAITING) {
      return;
    }
    int number = again ? 1 + random.nextInt(produced.get()) : produced.incrementAndGet();
    String id = prefix + number;
    TriggerDelivered delivered =
        triggers.deliver(
            new DeliverTrigger(
                RUN,
                SOURCE,
                NewInboxMessage.of(id, Payload.utf8(id)),
                new Cursor(number, id),
                Sample.message(RUN, "wake up")));
    say.accept("delivered " + id + " " + delivered.sequence());
  }

  private List<TriggerInput> waiting() {
    return triggers.pendingInputs(RUN, SOURCE, 0, MOST_WAITING);
  }

  /** One turn of the run's instance, if there is one. */
  private boolean turn() {
    List<OrchestrationItem> items =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(1, lockFor).withInlineHistory(0));
    for (OrchestrationItem item : items) {
      AckResult result = provider.ackOrchestrationItem(result(item));
      switch (result) {
        case AckResult.Applied applied -> say.accept("turned");
        case AckResult.Rejected(LockLost lost) -> say.accept("refused LockLost");
        case AckResult.Rejected(VersionConflict conflict) -> {
          provider.abandon(item.lockToken(), AbandonOptions.now());
          say.accept("refused VersionConflict");
        }
        case AckResult.Rejected(var error) -> throw error;
        case AckResult.AlreadyApplied already ->
            throw new IllegalStateException("a turn was taken for a repeat");
      }
    }
    return !items.isEmpty();
  }

  private OrchestrationAck result(OrchestrationItem item) {
    List<Change> made = new ArrayList<>();
    List<Long> inputs = new ArrayList<>();
    List<ActivityTask> tasks = new ArrayList<>();
    Run run = tables.run(RUN).orElse(null);
    if (run == null) {
      made.add(new CreateRun(RUN, "soak", RunStatus.RUNNING, new Totals(0, 0).data()));
    } else {
      triggers
          .pendingInputs(RUN, SOURCE, 0, AT_ONCE)
          .forEach(one -> inputs.add(one.message().sequence()));
      for (long sequence : inputs) {
        made.add(ConsumeInbox.pending(INPUTS, sequence));
        made.add(StepChange.of(RUN, step(sequence), 0).status(StepStatus.SCHEDULED).build());
        tasks.add(Sample.activity(RUN, sequence));
      }
      Totals totals = Totals.of(run);
      RunStatus to = inputs.isEmpty() ? RunStatus.SUSPENDED : RunStatus.RUNNING;
      made.add(
          RunChange.of(run.summary())
              .status(run.summary().status() == to ? null : to)
              .data(new Totals(totals.inputs() + inputs.size(), totals.merges()).data())
              .build());
    }
    // The wake-ups of what is left may be in this batch.
    boolean more = run == null || inputs.size() == AT_ONCE;
    return OrchestrationAck.builder(item.lockToken(), 1)
        .historyDelta(
            List.of(new Noted(inputs, done(item)).event(item.history().lastEventId() + 1)))
        .activities(tasks)
        .messages(more ? List.of(Sample.message(RUN, "more")) : List.of())
        .metadata(ExecutionMetadata.builder().name(Sample.NAME).build())
        .changes(made)
        .build();
  }

  private static List<Long> done(OrchestrationItem item) {
    return item.messages().stream()
        .filter(message -> message.kind().equals(DONE))
        .map(message -> Long.parseLong(message.body().asUtf8()))
        .toList();
  }

  /** Completes steps, if some are scheduled. */
  private boolean activities(int max) {
    List<ActivityItem> items = provider.fetchActivityItems(ActivityFetch.of(max, lockFor));
    if (items.isEmpty()) {
      return false;
    }
    List<ActivityAck> acks = items.stream().map(this::result).toList();
    for (AckResult result : provider.ackActivityItems(acks)) {
      switch (result) {
        case AckResult.Applied applied -> say.accept("completed");
        case AckResult.Rejected(LockLost lost) -> say.accept("refused LockLost");
        case AckResult.Rejected(VersionConflict conflict) -> throw conflict;
        case AckResult.Rejected(var error) -> throw error;
        case AckResult.AlreadyApplied already ->
            throw new IllegalStateException("an activity was taken for a repeat");
      }
    }
    return true;
  }

  private ActivityAck result(ActivityItem item) {
    long sequence = item.task().activityId();
    StepSummary step = tables.steps(RUN, Set.of(step(sequence))).get(0).summary();
    Payload output = output(sequence);
    return ActivityAck.of(
            item.lockToken(),
            OrchestratorMessage.of(RUN, DONE, Payload.utf8(String.valueOf(sequence))))
        .withChanges(
            List.of(
                StepChange.of(step).status(StepStatus.COMPLETED).outputs(output).build(),
                new AppendInbox(SINK, NewInboxMessage.of(step(sequence), output))));
  }

  /** Moves messages on, or gives them back. */
  private boolean move(int max, boolean back) {
    List<InboxItem> items = inbox.fetch(SINK, max, lockFor);
    for (InboxItem item : items) {
      if (back) {
        inbox.abandon(item.lockToken());
      } else {
        NewInboxMessage content = item.message().content();
        changes.apply(
            List.of(
                ConsumeInbox.of(item),
                new AppendInbox(
                    MOVED,
                    new NewInboxMessage(moved(content.messageId()), content.payload(), null))),
            item.lockToken());
        say.accept("moved");
      }
    }
    return !items.isEmpty();
  }

  /** Somebody else who changes the run's data. */
  private void merge() {
    Run run = tables.run(RUN).orElse(null);
    if (run == null) {
      return;
    }
    Totals totals = Totals.of(run);
    say.accept("merging");
    try {
      changes.apply(
          List.of(
              RunChange.of(run.summary())
                  .data(new Totals(totals.inputs(), totals.merges() + 1).data())
                  .build()));
      say.accept("merged");
    } catch (VersionConflict other) {
      say.accept("unmerged");
    }
  }
}
