// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.StepSummary;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * A way in which an engine is broken: in what it writes and reads, or in what it knows of a graph.
 * Unless overridden, nothing is. Whatever a test opens on its thread while one is in use is broken
 * like it.
 */
class Tampering {

  /** Nothing is broken. */
  static final Tampering NONE = new Tampering();

  private static final ThreadLocal<Tampering> IN_USE = ThreadLocal.withInitial(() -> NONE);

  /** Returns what is in use on this thread. */
  static Tampering current() {
    return IN_USE.get();
  }

  /** Calls something with this in use. */
  final <T> T during(Callable<T> call) throws Exception {
    IN_USE.set(this);
    try {
      return call.call();
    } finally {
      IN_USE.remove();
    }
  }

  /** A graph that a worker registers. */
  GraphDefinition graph(GraphDefinition graph) {
    return graph;
  }

  /** What a turn stores. */
  OrchestrationAck turn(OrchestrationAck ack) {
    return ack;
  }

  /** What the end of an attempt stores. */
  ActivityAck end(ActivityAck ack) {
    return ack;
  }

  /** What is stored alone. */
  List<Change> alone(List<Change> changes) {
    return changes;
  }

  /** A message that a client sends. */
  OrchestratorMessage sent(OrchestratorMessage message) {
    return message;
  }

  /** A message that a turn is given; the run's row is as it is now, null if there is none. */
  OrchestratorMessage given(OrchestratorMessage message, TamperedProvider store) {
    return message;
  }

  /** A run's row, as it is read. */
  Run read(Run run) {
    return run;
  }

  /** A step's summary, as it is read among others. */
  StepSummary read(StepSummary step) {
    return step;
  }
}
