// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamPage;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.internal.control.Messages;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.Message;
import dev.holdfast.runtime.internal.event.SeenEvent;
import dev.holdfast.runtime.internal.event.StreamWait;
import dev.holdfast.runtime.internal.event.TaskInput;
import dev.holdfast.worker.ActivityDelivery;
import dev.holdfast.worker.ActivityHandler;
import dev.holdfast.worker.ActivityResult;
import dev.holdfast.worker.WorkFailure;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Does the activities that wait for events of streams. One whose event is not there is given back
 * to the store at once, and needs neither a slot nor a lock; the tail of the log tells its instance
 * when the event comes. What a tail misses, because its process died, is found when the activity is
 * delivered again. Thread-safe.
 */
final class StreamWaits implements ActivityHandler {

  private final EventStreams streams;
  private final StreamTail tail;
  private final Duration lookEvery;

  /**
   * Creates it for one worker.
   *
   * @param lookEvery how long an activity is left alone whose event is not there
   */
  StreamWaits(EventStreams streams, StreamTail tail, Duration lookEvery) {
    this.streams = streams;
    this.tail = tail;
    this.lookEvery = lookEvery;
  }

  @Override
  public Set<String> names() {
    return Set.of(StreamWait.ACTIVITY);
  }

  @Override
  public ActivityResult run(ActivityDelivery delivery) {
    ActivityTask task = delivery.task();
    TaskInput input = Codec.decode("the input of a wait", task.input(), TaskInput.class);
    StreamWait wait = Codec.decode("a wait", Codec.payload(input.input()), StreamWait.class);
    // First the tail, then a look: what comes in between is seen by both, and told once.
    StreamTail.Waiter waiter = new StreamTail.Waiter(wait, event -> completion(task, event));
    delivery.read(() -> tail.add(waiter));
    StreamEvent found = delivery.read(() -> look(wait));
    if (found == null) {
      return new ActivityResult.Release(lookEvery, false, "the event has not come yet");
    }
    tail.remove(waiter);
    return new ActivityResult.Done(completion(task, found));
  }

  private @Nullable StreamEvent look(StreamWait wait) {
    long from = wait.after() + 1;
    while (true) {
      StreamPage page =
          streams.readStream(wait.id(), from, Direction.FORWARDS, streams.limits().maxPageSize());
      for (StreamEvent event : page.events()) {
        if (wait.isFor(event)) {
          return event;
        }
        from = event.version() + 1;
      }
      if (page.complete()) {
        return null;
      }
    }
  }

  private static OrchestratorMessage completion(ActivityTask task, StreamEvent event) {
    Json result = new Json(Codec.encode(SeenEvent.of(event)).asUtf8());
    return Messages.answer(
        task.instanceId(),
        new Message.ActivityCompleted(task.executionId(), task.activityId(), result));
  }

  @Override
  public ActivityResult fail(ActivityDelivery delivery, WorkFailure why) {
    ActivityTask task = delivery.task();
    String type =
        why.reason() == WorkFailure.Reason.REFUSED ? Failure.REFUSED : why.reason().name();
    return new ActivityResult.Done(
        Messages.answer(
            task.instanceId(),
            new Message.ActivityFailed(
                task.executionId(), task.activityId(), new Failure(type, why.message()), false)));
  }
}
