// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.control;

import dev.holdfast.provider.Due;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.Message;
import dev.holdfast.runtime.internal.event.ParentLink;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What messages say to an execution of which nothing but its id is in memory: events to be kept.
 * Some may be about requests that are settled; replay passes over them.
 *
 * @param events the events, in the order in which they happened
 * @param replies messages to other instances
 */
public record Arrivals(List<Event.Received> events, List<OrchestratorMessage> replies) {

  /** Copies the lists. */
  public Arrivals {
    events = List.copyOf(events);
    replies = List.copyOf(replies);
  }

  static Arrivals of(
      String instanceId,
      long executionId,
      @Nullable ParentLink parent,
      List<OrchestratorMessage> batch) {
    List<Event.Received> events = new ArrayList<>();
    List<OrchestratorMessage> replies = new ArrayList<>();
    for (OrchestratorMessage stored : asItHappened(batch)) {
      switch (Codec.decode(stored).orElse(null)) {
        case null -> {} // of a kind that later code may know
        case Message.Start start -> refuse(instanceId, start, parent, replies);
        case Message.Raised(var name, var value) -> events.add(new Event.EventRaised(name, value));
        case Message.Cancel(var reason) -> events.add(new Event.CancelRequested(reason));
        case Message.ActivityCompleted(var of, var id, var result) when of == executionId ->
            events.add(new Event.ActivityCompleted(id, result));
        case Message.ActivityFailed(var of, var id, var failure, var retryable)
            when of == executionId ->
            events.add(new Event.ActivityFailed(id, failure, retryable));
        case Message.TimerFired(var of, var id) when of == executionId ->
            events.add(new Event.TimerFired(id));
        case Message.ChildCompleted(var of, var id, var output) when of == executionId ->
            events.add(new Event.ChildCompleted(id, output));
        case Message.ChildFailed(var of, var id, var failure, var cancelled)
            when of == executionId ->
            events.add(new Event.ChildFailed(id, failure, cancelled));
        case Message other -> {}
      }
    }
    return new Arrivals(events, replies);
  }

  /**
   * Sorts messages by the moments at which they became visible; equal ones stay in the order in
   * which they were stored. The store delivers a timer at the place where it was set, which is
   * before all that happened until it was due.
   */
  public static List<OrchestratorMessage> asItHappened(List<OrchestratorMessage> batch) {
    return batch.stream().sorted(Comparator.comparing(Arrivals::visibleAt)).toList();
  }

  private static Instant visibleAt(OrchestratorMessage stored) {
    return stored.due() instanceof Due.At(Instant instant) ? instant : Instant.MIN;
  }

  /**
   * Tells a parent that tried to start this instance, and is not its own parent, that the id is
   * taken.
   */
  public static void refuse(
      String instanceId,
      Message.Start start,
      @Nullable ParentLink parent,
      List<OrchestratorMessage> replies) {
    ParentLink other = start.parent();
    if (other != null && !other.equals(parent)) {
      Failure failure =
          new Failure(
              Failure.ALREADY_EXISTS, "instance \"%s\" already exists".formatted(instanceId));
      replies.add(Messages.childFailed(other, failure, false));
    }
  }
}
