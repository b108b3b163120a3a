// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.documents.flow;

import static dev.holdfast.examples.documents.flow.DocumentGraph.AVERAGE;
import static dev.holdfast.examples.documents.flow.DocumentGraph.CLASSIFY;
import static dev.holdfast.examples.documents.flow.DocumentGraph.FETCH;
import static dev.holdfast.examples.documents.flow.DocumentGraph.PUBLISH;
import static dev.holdfast.examples.documents.flow.DocumentGraph.REVIEW;
import static dev.holdfast.examples.documents.flow.DocumentGraph.SCORE;
import static dev.holdfast.examples.documents.flow.DocumentGraph.SPLIT;

import dev.holdfast.examples.documents.flow.DocumentGraph.Draft;
import dev.holdfast.examples.documents.flow.DocumentGraph.Verdict;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.StepContext;
import dev.holdfast.graph.StepFunction;
import java.io.IOException;
import java.util.Objects;

/** The code of the steps, for workers: what the desk does, with an effect on the world outside. */
public final class DocumentSteps {

  /** One edition of so many finds the archive away at first. */
  private static final int ARCHIVE_IS_AWAY = 10;

  private DocumentSteps() {}

  /** The world outside. */
  @FunctionalInterface
  public interface World {

    /**
     * Has the effect of a step, once for each idempotency key, and takes some time.
     *
     * @param outputs what comes of the step
     * @throws Exception when the world is away
     */
    void effect(StepContext context, Object outputs) throws Exception;
  }

  /** Adds graphs and code to a worker. */
  public static Graphs.Builder register(Graphs.Builder worker, Desk desk, World world) {
    return worker
        .graph(DocumentGraph.GRAPH)
        .graph(MailroomGraph.GRAPH)
        .step(
            FETCH,
            with(
                world,
                (context, in) -> {
                  if (context.attempt() == 1 && in.edition() % ARCHIVE_IS_AWAY == 0) {
                    throw new IOException("the archive does not answer");
                  }
                  return desk.fetch(in);
                }))
        .step(SPLIT, with(world, (context, in) -> desk.split(in)))
        .step(CLASSIFY, with(world, (context, in) -> desk.classify(in)))
        .step(SCORE, with(world, (context, in) -> desk.score(in)))
        .step(AVERAGE, with(world, (context, in) -> desk.average(in)))
        .step(REVIEW, with(world, DocumentSteps::review))
        .step(PUBLISH, with(world, (context, in) -> desk.publish(in)))
        .step(MailroomGraph.CATALOGUE, with(world, (context, in) -> desk.catalogue(in)))
        .step(MailroomGraph.INDEX, with(world, (context, in) -> desk.index(in)));
  }

  private static <I, O> StepFunction<I, O> with(World world, StepFunction<I, O> code) {
    return (context, in) -> {
      O outputs = code.run(context, in);
      world.effect(context, outputs);
      return outputs;
    };
  }

  /** Leaves with the draft as its state, and comes back with what a person has added to it. */
  private static Verdict review(StepContext context, Draft draft) {
    if (!context.isResumed()) {
      throw context.suspend("waits for approval").state(draft);
    }
    return Objects.requireNonNull(context.state(Answered.class)).verdict();
  }

  /** The state of a review that was answered. */
  private record Answered(String title, double score, boolean approved, String note) {
    Verdict verdict() {
      return new Verdict(approved, note);
    }
  }
}
