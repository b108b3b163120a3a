// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A toy engine that replays nothing: an instance is a number, and each message adds to it. A turn
 * stores one event, the new sum, and reads no event but the last one. A message {@code "ask"} has
 * the activity do the sum that its body names, which comes back as a message to add; {@code "stop"}
 * ends the instance. It notes what the worker does with its turns.
 */
class Counters implements TurnHandler {

  /** What the worker did, in order, such as {@code "take x"}, {@code "applied x"}. */
  final Queue<String> notes = new ConcurrentLinkedQueue<>();

  private final String name;

  Counters(String name) {
    this.name = name;
  }

  static OrchestratorMessage start(String name, String instanceId, int number) {
    return OrchestratorMessage.builder(instanceId, "add", Payload.utf8("" + number))
        .start(new ExecutionStart(name, null, null))
        .build();
  }

  static OrchestratorMessage add(String instanceId, int number) {
    return OrchestratorMessage.of(instanceId, "add", Payload.utf8("" + number));
  }

  static OrchestratorMessage ask(String instanceId, String activity) {
    return OrchestratorMessage.of(instanceId, "ask", Payload.utf8(activity));
  }

  static OrchestratorMessage stop(String instanceId) {
    return OrchestratorMessage.of(instanceId, "stop", Payload.empty());
  }

  /** The sum that is stored, 0 before the first turn. */
  static long sum(Provider provider, String instanceId) {
    List<HistoryEvent> events = provider.readHistory(instanceId, 1, 0, 100_000).events();
    return events.isEmpty() ? 0 : Long.parseLong(events.getLast().data().asUtf8());
  }

  /** The last event's kind. */
  static String last(Provider provider, String instanceId) {
    List<HistoryEvent> events = provider.readHistory(instanceId, 1, 0, 100_000).events();
    return events.isEmpty() ? "nothing" : events.getLast().kind();
  }

  @Override
  public Set<OrchestrationCode> code() {
    return Set.of(new OrchestrationCode(name, null));
  }

  @Override
  public Turn take(TurnContext context) throws Exception {
    notes.add("take " + context.instanceId());
    return new Noted(context.instanceId(), new TurnResult.Ack(output(context)));
  }

  @Override
  public Turn fail(TurnContext context, WorkFailure why) throws Exception {
    notes.add("fail " + context.instanceId() + " " + why.reason());
    TurnOutput output =
        TurnOutput.of(1)
            .historyDelta(List.of(event(context, "failed", 0)))
            .metadata(metadata(context, ExecutionStatus.FAILED))
            .build();
    return new Noted(context.instanceId(), new TurnResult.Ack(output));
  }

  @Override
  public void close() {
    notes.add("closed");
  }

  /** The sum before this turn. */
  static long before(TurnContext context) {
    long last = context.history().lastEventId();
    return last == 0
        ? 0
        : Long.parseLong(context.readHistory(last - 1, 1).events().getFirst().data().asUtf8());
  }

  TurnOutput output(TurnContext context) {
    long sum = before(context);
    boolean stops = false;
    List<ActivityTask> tasks = new ArrayList<>();
    long eventId = context.history().lastEventId() + 1;
    for (OrchestratorMessage message : context.messages()) {
      switch (message.kind()) {
        case "add" -> sum += Long.parseLong(message.body().asUtf8());
        case "ask" ->
            tasks.add(
                ActivityTask.builder(
                        new dev.holdfast.provider.ActivityIdentity(
                            context.instanceId(), 1, eventId * 100 + tasks.size()),
                        message.body().asUtf8(),
                        Payload.utf8("" + sum),
                        name)
                    .build());
        default -> stops = true;
      }
    }
    return TurnOutput.of(1)
        .historyDelta(List.of(event(context, stops ? "stopped" : "counted", sum)))
        .activities(tasks)
        .metadata(metadata(context, stops ? ExecutionStatus.COMPLETED : ExecutionStatus.RUNNING))
        .build();
  }

  static HistoryEvent event(TurnContext context, String kind, long sum) {
    return new HistoryEvent(
        context.history().lastEventId() + 1, kind, Payload.utf8("" + sum), context.fetchedAt());
  }

  private static ExecutionMetadata metadata(TurnContext context, ExecutionStatus status) {
    ExecutionMetadata.Builder metadata = ExecutionMetadata.builder();
    if (status != ExecutionStatus.RUNNING) {
      metadata.status(status);
    }
    return metadata.name(context.name()).build();
  }

  /** Notes what becomes of a turn. */
  class Noted implements Turn {
    private final String instanceId;
    private final TurnResult result;

    Noted(String instanceId, TurnResult result) {
      this.instanceId = instanceId;
      this.result = result;
    }

    @Override
    public TurnResult result() {
      return result;
    }

    @Override
    public void applied(TurnOutput stored) {
      notes.add("applied " + instanceId);
    }

    @Override
    public void close() {
      notes.add("close " + instanceId);
    }
  }
}
