// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.runtime.NondeterminismException;
import dev.holdfast.runtime.RecordedException;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.HistoryEntry;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Numbers the commands of an execution. In replay each must equal the next one in the history; in a
 * new turn they are collected.
 */
final class CommandLog {

  private final String instanceId;
  private final ArrayDeque<HistoryEntry> expected = new ArrayDeque<>();
  private List<HistoryEntry> issued = new ArrayList<>();
  private boolean replaying = true;
  private long nextId = 1;
  private long appliedId;
  private Instant now = Instant.EPOCH;

  CommandLog(String instanceId) {
    this.instanceId = instanceId;
  }

  /** {@return whether the next command is in the history, or none can be} */
  boolean isReplaying() {
    return replaying || !expected.isEmpty();
  }

  Instant now() {
    return now;
  }

  /** Sets the time, and the place: that of the event that is being applied. */
  void at(HistoryEntry applied, Instant moment) {
    now = moment;
    appliedId = applied.id();
  }

  /** {@return the id of the event that is being applied: how long the history is to the code} */
  long appliedId() {
    return appliedId;
  }

  /** Begins to replay one recorded turn: its commands, and the id that follows it. */
  void beginReplay(List<HistoryEntry> commands, long idAfter) {
    replaying = true;
    expected.addAll(commands);
    nextId = idAfter;
  }

  /**
   * Ends a turn, whose commands in the history must all have been issued.
   *
   * @param stack the stack of the code, which waits or has ended
   */
  void endTurn(Supplier<List<StackTraceElement>> stack) {
    HistoryEntry left = expected.peek();
    if (left != null) {
      throw mismatch(left, "nothing more", stack.get());
    }
  }

  /**
   * Begins a new turn, whose commands are numbered from an id.
   *
   * @param repeated commands in the history that its code gives again before it gives new ones
   */
  void beginTurn(long firstCommandId, List<HistoryEntry> repeated) {
    replaying = false;
    expected.addAll(repeated);
    nextId = firstCommandId;
    issued = new ArrayList<>();
  }

  /** Ends the replay of a history, whatever of it is kept from the code. */
  void endHistory(long idAfter) {
    nextId = idAfter;
  }

  /** {@return the commands of the turn that has just been run} */
  List<HistoryEntry> issued() {
    return List.copyOf(issued);
  }

  /** {@return the id after that of the last event} */
  long nextId() {
    return nextId;
  }

  /** {@return the id that the next command will have} */
  long peekId() {
    HistoryEntry next = expected.peek();
    return next == null ? nextId : next.id();
  }

  /** {@return whether the history has a child of this id at this place} */
  boolean isChildNext(String instanceId) {
    HistoryEntry next = expected.peek();
    return next != null
        && next.event() instanceof Event.ChildScheduled child
        && child.instanceId().equals(instanceId);
  }

  /** {@return whether the history has a version of this change of the code at this place} */
  boolean isVersionNext(String change) {
    HistoryEntry next = expected.peek();
    return next != null
        && next.event() instanceof Event.VersionChosen choice
        && choice.change().equals(change);
  }

  /** {@return whether the history says at this place that the store did not have a feature} */
  boolean isRefusedNext(Feature feature) {
    HistoryEntry next = expected.peek();
    return next != null
        && next.event() instanceof Event.FeatureRefused refused
        && refused.feature().equals(feature.name());
  }

  /**
   * {@return whether the history has the refusal of such a value at this place} For calls that
   * leave nothing in the history when they are accepted: what stands there may belong to a later
   * one.
   *
   * @param what what the value is
   * @param size how large it is
   */
  boolean isRefusedNext(String what, long size) {
    HistoryEntry next = expected.peek();
    return next != null
        && next.event() instanceof Event.CallRefused refused
        && refused.what().equals(what)
        && size > refused.limit();
  }

  /** {@return whether the history says at this place that an append to a stream was refused} */
  boolean isAppendRefusedNext(StreamId stream) {
    HistoryEntry next = expected.peek();
    return next != null
        && next.event() instanceof Event.AppendRefused refused
        && refused.category().equals(stream.category())
        && refused.stream().equals(stream.id());
  }

  /** {@return whether the history has a refusal at this place} */
  boolean isRefusedNext() {
    HistoryEntry next = expected.peek();
    return next != null && next.event() instanceof Event.CallRefused;
  }

  /**
   * Records a command.
   *
   * @return the command as it is in the history: in replay with its recorded content
   * @throws NondeterminismException when the history has another one at this place
   */
  HistoryEntry issue(Event.Command command) {
    if (!isReplaying()) {
      HistoryEntry recorded = new HistoryEntry(nextId++, now, command);
      issued.add(recorded);
      return recorded;
    }
    HistoryEntry recorded = expected.poll();
    if (recorded == null) {
      throw because(
          command,
          new NondeterminismException(
              instanceId,
              nextId,
              "no further command before it",
              command.tell(),
              CodeLines.in(List.of(Thread.currentThread().getStackTrace()))));
    }
    if (!describe(recorded).equals(command.describe())) {
      throw because(
          command,
          mismatch(recorded, command.tell(), List.of(Thread.currentThread().getStackTrace())));
    }
    return recorded;
  }

  /** What made the code fail where its history goes on is told nowhere else. */
  private static NondeterminismException because(
      Event.Command command, NondeterminismException mismatch) {
    if (command instanceof Event.OrchestrationFailed failed) {
      mismatch.addSuppressed(new RecordedException(failed.failure()));
    }
    return mismatch;
  }

  private NondeterminismException mismatch(
      HistoryEntry recorded, String found, List<StackTraceElement> stack) {
    return new NondeterminismException(
        instanceId, recorded.id(), describe(recorded), found, CodeLines.in(stack));
  }

  private static String describe(HistoryEntry recorded) {
    return recorded.event() instanceof Event.Command command
        ? command.describe()
        : recorded.event().kind();
  }
}
