// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.tracing;

import java.util.List;
import java.util.Objects;

/** What a span is about. Immutable. */
public sealed interface Traced {

  /**
   * {@return what it is called: the name of an orchestration, a graph, an activity, a type of
   * steps, a category of streams or a projection; there are few of them}
   */
  String name();

  /**
   * A client starts an instance: an orchestration, or a run of a graph.
   *
   * @param name the orchestration or the graph
   * @param instanceId the instance; that of a run has the id of the run
   */
  record Start(String name, String instanceId) implements Traced {

    /** Checks the parts. */
    public Start {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(instanceId, "instanceId");
    }
  }

  /**
   * A turn of an execution: its code goes on until it waits, or it is decided which steps are next;
   * and what it did is stored.
   *
   * @param name the orchestration or the graph
   * @param instanceId the instance; that of a run has the id of the run
   * @param executionId its execution, from 1; that of a run is its attempt
   */
  record Turn(String name, String instanceId, long executionId) implements Traced {

    /** Checks the parts. */
    public Turn {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(instanceId, "instanceId");
    }
  }

  /**
   * An attempt of an activity.
   *
   * @param name the activity
   * @param instanceId the instance that has scheduled it
   * @param executionId the execution, from 1
   * @param activityId the id of the activity in the execution
   * @param attempt by its retry policy, from 1
   */
  record Attempt(String name, String instanceId, long executionId, long activityId, int attempt)
      implements Traced {

    /** Checks the parts. */
    public Attempt {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(instanceId, "instanceId");
    }
  }

  /**
   * An attempt of a step of a run.
   *
   * @param name the type of the step
   * @param runId the run
   * @param executionId the execution of the run's instance, from 1
   * @param stepId the id of the step's row
   * @param attempt the attempt of the step, from 1
   */
  record Step(String name, String runId, long executionId, String stepId, int attempt)
      implements Traced {

    /** Checks the parts. */
    public Step {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(runId, "runId");
      Objects.requireNonNull(stepId, "stepId");
    }
  }

  /**
   * Events are appended to a stream: by a command, with what was read and decided for it; or with a
   * turn.
   *
   * @param name the category of the stream
   * @param streamId the id of the stream in its category
   */
  record Append(String name, String streamId) implements Traced {

    /** Checks the parts. */
    public Append {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(streamId, "streamId");
    }
  }

  /**
   * Events are folded into the live rows of a projection.
   *
   * @param name the projection
   * @param shard its shard, from 0
   * @param events how many events
   * @param causes the contexts in which they were appended, as far as they have any and not more
   *     than {@value #MOST_CAUSES}; each once
   */
  record Fold(String name, int shard, int events, List<String> causes) implements Traced {

    /** So many contexts are named at most. */
    public static final int MOST_CAUSES = 32;

    /** Checks and copies the parts. */
    public Fold {
      Objects.requireNonNull(name, "name");
      causes = List.copyOf(causes);
    }
  }
}
