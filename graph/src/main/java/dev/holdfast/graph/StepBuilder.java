// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import dev.holdfast.graph.GraphProblem.Kind;
import dev.holdfast.graph.internal.GraphCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builds one step of a {@link GraphBuilder}. Not thread-safe. */
public final class StepBuilder {

  private final String id;
  private final StepBody body;
  private final List<GraphProblem> problems;
  private final Map<String, Input> inputs = new LinkedHashMap<>();
  private final List<String> after = new ArrayList<>();
  private @Nullable Condition when;
  private @Nullable ForEach forEach;
  private @Nullable Trigger trigger;
  private final Map<String, StreamInput> receives = new LinkedHashMap<>();
  private RetryPolicy retry = RetryPolicy.none();
  private @Nullable Duration timeout;
  private boolean mayFail;
  private @Nullable String tag;
  private @Nullable String session;

  StepBuilder(String id, StepBody body, List<GraphProblem> problems) {
    this.id = Objects.requireNonNull(id, "id");
    this.body = body;
    this.problems = problems;
  }

  /**
   * Returns an output of the step, to connect it.
   *
   * @param output its name
   * @return the source of its value
   */
  public Source.StepOutput out(String output) {
    return new Source.StepOutput(id, output);
  }

  /**
   * Connects an input. With several sources it gets the first one that is there; when none is, the
   * step is skipped.
   *
   * @param input its name
   * @param sources where the value comes from
   * @return this
   */
  public StepBuilder input(String input, Source... sources) {
    return connect(input, new Input(List.of(sources), false));
  }

  /**
   * Connects an input that the step can do without. With several sources it gets the first one that
   * is there; when none is, it stays open.
   *
   * @param input its name; it must be optional
   * @param sources where the value comes from
   * @return this
   */
  public StepBuilder inputIfPresent(String input, Source... sources) {
    return connect(input, new Input(List.of(sources), true));
  }

  /**
   * Gives an input a constant.
   *
   * @param input its name
   * @param value the value, which is kept as JSON
   * @return this
   * @throws IllegalArgumentException when it cannot be written as JSON
   */
  public StepBuilder value(String input, @Nullable Object value) {
    return input(input, Source.constant(value));
  }

  /**
   * Does the step for each element of a list. Its outputs become lists.
   *
   * @param input the name of the input that gets one element
   * @param list where the list comes from
   * @param atOnce the most elements that are done at once
   * @return this
   */
  public StepBuilder forEach(String input, Source list, int atOnce) {
    forEach = new ForEach(input, atOnce, ForEach.DEFAULT_MAX_ITEMS);
    return input(input, list);
  }

  /**
   * Limits how many elements the list of {@link #forEach} may have; {@value
   * ForEach#DEFAULT_MAX_ITEMS} unless set.
   *
   * @param limit the limit; a longer list fails the step
   * @return this
   */
  public StepBuilder maxItems(int limit) {
    if (forEach == null) {
      problem(Kind.MEANINGLESS, "maxItems needs forEach; call that first");
    } else {
      forEach = new ForEach(forEach.input(), forEach.atOnce(), limit);
    }
    return this;
  }

  /**
   * Makes the step a trigger: it is done once for each input that is delivered to it from outside,
   * in order, until it is told that no more comes. Its outputs become lists. When no input has come
   * for a while the step is suspended, and comes back with the next one.
   *
   * @param input the name of the input that gets one delivered input; nothing else is connected to
   *     it
   * @return this
   */
  public StepBuilder trigger(String input) {
    trigger = Trigger.of(input);
    return this;
  }

  /**
   * Limits how many inputs of {@link #trigger} are worked on at once; 1 unless set, so that each
   * begins when the one before has ended.
   *
   * @param limit the limit
   * @return this
   */
  public StepBuilder atOnce(int limit) {
    Trigger of = needTrigger("atOnce");
    if (of != null) {
      trigger = new Trigger(of.input(), limit, of.maxInputs(), of.inactiveAfter(), of.every());
    }
    return this;
  }

  /**
   * Sets after how many inputs {@link #trigger} ends; {@value Trigger#DEFAULT_MAX_INPUTS} unless
   * set.
   *
   * @param limit the limit; what is delivered beyond it is not taken
   * @return this
   */
  public StepBuilder maxInputs(int limit) {
    Trigger of = needTrigger("maxInputs");
    if (of != null) {
      trigger = new Trigger(of.input(), of.atOnce(), limit, of.inactiveAfter(), of.every());
    }
    return this;
  }

  /**
   * Sets how long {@link #trigger} waits without an input before it is suspended; 300 seconds
   * unless set.
   *
   * @param idle how long
   * @return this
   */
  public StepBuilder inactiveAfter(Duration idle) {
    Trigger of = needTrigger("inactiveAfter");
    if (of != null) {
      trigger = new Trigger(of.input(), of.atOnce(), of.maxInputs(), idle, of.every());
    }
    return this;
  }

  /**
   * Has {@link #trigger} given an input by the clock again and again: the time that it is for, as a
   * text. Of several that were missed, because no worker was there or the run was paused, it gets
   * the last.
   *
   * @param interval how often, counted from when the trigger was opened
   * @return this
   */
  public StepBuilder every(Duration interval) {
    Trigger of = needTrigger("every");
    if (of != null) {
      trigger = new Trigger(of.input(), of.atOnce(), of.maxInputs(), of.inactiveAfter(), interval);
    }
    return this;
  }

  private @Nullable Trigger needTrigger(String what) {
    if (trigger == null) {
      problem(Kind.MEANINGLESS, what + " needs trigger; call that first");
    }
    return trigger;
  }

  /**
   * Returns a stream that the code of the step sends, to connect it.
   *
   * @param stream the name that the code sends under
   * @return where the stream begins
   */
  public StreamSource stream(String stream) {
    return new StreamSource(id, stream);
  }

  /**
   * Connects a stream: what the other step sends comes to this one while both are being done, in
   * order, batch by batch.
   *
   * @param port the name that the code of this step receives it under
   * @param from where it begins
   * @return this
   */
  public StepBuilder receive(String port, StreamSource from) {
    return receive(port, from, StreamInput.DEFAULT_BATCH, StreamInput.DEFAULT_CAPACITY);
  }

  /**
   * Connects a stream, with limits.
   *
   * @param port the name that the code of this step receives it under
   * @param from where it begins
   * @param batch the most messages that the code gets at once
   * @param capacity how many messages may wait before the sender has to
   * @return this
   */
  public StepBuilder receive(String port, StreamSource from, int batch, int capacity) {
    if (receives.put(port, new StreamInput(from, batch, capacity)) != null) {
      problem(Kind.DUPLICATE, "it receives two streams as \"%s\"; rename one".formatted(port));
    }
    return this;
  }

  /**
   * Makes the step wait until others have ended, whatever they end as, skipped included.
   *
   * @param steps the others
   * @return this
   */
  public StepBuilder after(StepBuilder... steps) {
    for (StepBuilder step : steps) {
      after.add(step.id);
    }
    return this;
  }

  /**
   * Sets the condition on which the step is done; otherwise it is skipped.
   *
   * @param condition the condition
   * @return this
   */
  public StepBuilder when(Condition condition) {
    if (when != null) {
      problem(Kind.DUPLICATE, "it has two conditions; join them with and, or with or");
    }
    when = condition;
    return this;
  }

  /**
   * Sets how often the step is tried; once, unless set.
   *
   * @param policy the policy
   * @return this
   */
  public StepBuilder retry(RetryPolicy policy) {
    retry = policy;
    return this;
  }

  /**
   * Limits how long an attempt may take. A wait in the queue, or while suspended, is not counted.
   *
   * @param limit the limit
   * @return this
   */
  public StepBuilder timeout(Duration limit) {
    timeout = limit;
    return this;
  }

  /**
   * Lets the run go on when the step has failed for good, with its outputs absent, as if it had
   * been skipped.
   *
   * @return this
   */
  public StepBuilder mayFail() {
    mayFail = true;
    return this;
  }

  /**
   * Has the step done by workers that serve a tag.
   *
   * @param value the tag
   * @return this
   */
  public StepBuilder tag(String value) {
    tag = value;
    return this;
  }

  /**
   * Has the steps of a run that name the same session done by one worker, as long as it lives.
   *
   * @param value the name of the session
   * @return this
   */
  public StepBuilder session(String value) {
    session = value;
    return this;
  }

  private StepBuilder connect(String input, Input what) {
    if (inputs.put(input, what) != null) {
      problem(
          Kind.DUPLICATE,
          "input \"%s\" is connected twice; give all its sources in one call".formatted(input));
    }
    return this;
  }

  private void problem(Kind kind, String message) {
    problems.add(new GraphProblem(kind, GraphCheck.place(id), message));
  }

  StepDefinition definition() {
    return new StepDefinition(
        id, body, inputs, after, when, forEach, trigger, receives, retry, timeout, mayFail, tag,
        session);
  }
}
