// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.StepSuspension;
import dev.holdfast.graph.StreamBatch;
import dev.holdfast.graph.StreamSender;
import dev.holdfast.graph.internal.Inboxes;
import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.graph.plan.StreamTarget;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.worker.ActivityDelivery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The streams of one attempt: what it sends, and what waits for it. Used by its thread. */
final class StepStreams {

  private final Map<String, SentStream> sent = new TreeMap<>();
  private final Map<String, List<InboxMessage>> received = new TreeMap<>();
  private final Map<String, Boolean> ends = new TreeMap<>();
  private final String stepId;

  private StepStreams(String stepId) {
    this.stepId = stepId;
  }

  /** Reads what waits; nothing for a step without streams. */
  static StepStreams of(ActivityDelivery delivery, StepTask task, RowReader reader) {
    StepStreams streams = new StepStreams(task.stepId());
    String runId = delivery.task().instanceId();
    Map<String, List<StreamTarget>> targets = new TreeMap<>();
    for (StreamTarget to : task.streams().sends()) {
      targets.computeIfAbsent(to.stream(), any -> new ArrayList<>()).add(to);
    }
    targets.forEach((name, all) ->
        streams.sent.put(
            name,
            new SentStream(delivery, reader, runId, name, all, task.streams().sends().size())));
    InboxReader inboxes = new InboxReader(runId, reader.page());
    task.streams()
        .receives()
        .forEach((port, batch) -> {
          InboxKey key = new InboxKey(runId, task.stepId(), port);
          List<InboxMessage> waiting = inboxes.read(delivery, key, batch + 1);
          boolean more = waiting.size() > batch && !Inboxes.isEnd(waiting.get(batch));
          boolean end =
              waiting.stream().anyMatch(Inboxes::isEnd)
                  || (task.streams().ended().contains(port) && !more);
          streams.ends.put(port, end);
          streams.received.put(
              port, waiting.stream().filter(m -> !Inboxes.isEnd(m)).limit(batch).toList());
        });
    return streams;
  }

  StreamSender sender(String name) {
    SentStream stream = sent.get(name);
    if (stream == null) {
      throw new IllegalArgumentException(
          "no step receives a stream \"%s\" of step \"%s\"; the streams that are received are %s"
              .formatted(name, stepId, new TreeSet<>(sent.keySet())));
    }
    return stream;
  }

  <T> StreamBatch<T> receive(String port, Class<T> type) {
    List<InboxMessage> messages = received.get(port);
    if (messages == null) {
      throw new IllegalArgumentException(
          "step \"%s\" receives no stream \"%s\"; it receives %s"
              .formatted(stepId, port, new TreeSet<>(received.keySet())));
    }
    List<T> values = new ArrayList<>();
    for (InboxMessage message : messages) {
      values.add(Jsons.value(Inboxes.value(message), type));
    }
    return new StreamBatch<>(values, Boolean.TRUE.equals(ends.get(port)));
  }

  /** Refuses a suspension with which the step would not come back, or come back for nothing. */
  void check(StepSuspension suspension) {
    boolean receives = !received.isEmpty();
    if (suspension.waitsForMessages() != receives) {
      throw new StepCode.MisfitException(
          receives
              ? "step \"%s\" receives a stream, and suspends itself for something else; throw next"
                  .formatted(stepId)
              : "step \"%s\" receives no stream, and waits for messages; throw a suspension"
                  .formatted(stepId),
          null);
    }
    if (receives && !ends.containsValue(false)) {
      throw new StepCode.MisfitException(
          "step \"%s\" waits for messages at the end of its streams; return the outputs there"
              .formatted(stepId),
          null);
    }
  }

  /**
   * Returns what is stored with what the attempt leaves: what it sent, and what it has received.
   */
  List<Change> changes() {
    List<Change> changes = new ArrayList<>();
    sent.values().forEach(stream -> changes.addAll(stream.rest()));
    received
        .values()
        .forEach(messages ->
            messages.forEach(m -> changes.add(ConsumeInbox.pending(m.key(), m.sequence()))));
    return changes;
  }
}
