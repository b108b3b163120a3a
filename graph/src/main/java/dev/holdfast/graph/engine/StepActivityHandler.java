// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.worker.ActivityDelivery;
import dev.holdfast.worker.ActivityHandler;
import dev.holdfast.worker.ActivityResult;
import dev.holdfast.worker.WorkFailure;
import dev.holdfast.worker.tracing.Tracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does steps: each is an activity. Thread-safe. */
final class StepActivityHandler implements ActivityHandler {

  private static final Logger LOG = LoggerFactory.getLogger(StepActivityHandler.class);

  private final Map<String, StepCode<?, ?>> code;
  private final int page;
  private final RunAudit audit;
  private final @Nullable Tracing tracing;

  /**
   * Creates the handler.
   *
   * @param code the code of step types, by the name of their activities
   * @param page the largest page of the store
   * @param audit is offered what steps do before their end
   * @param tracing what traces; null for nothing
   */
  StepActivityHandler(
      Map<String, StepCode<?, ?>> code, int page, RunAudit audit, @Nullable Tracing tracing) {
    this.code = Map.copyOf(code);
    this.page = page;
    this.audit = audit;
    this.tracing = tracing;
  }

  @Override
  public Set<String> names() {
    return code.keySet();
  }

  @Override
  public ActivityResult run(ActivityDelivery delivery) {
    String name = delivery.task().name();
    StepCode<?, ?> step = code.get(name);
    if (step == null) {
      throw new IllegalArgumentException("no code of \"" + name + "\" is registered here");
    }
    try {
      return StepAttempt.of(delivery, tables(delivery), page, audit).run(step, tracing);
    } catch (ProviderError.LockLost e) {
      LOG.debug("step {} is not begun: {}", delivery.task().identity(), e.getMessage());
      return new ActivityResult.Release(Duration.ZERO, false, "its lock is lost");
    }
  }

  /** The step's row has moved, which only its end does as long as its activity is there. */
  @Override
  public ActivityResult outdated(
      ActivityDelivery delivery, ActivityResult.Done result, ProviderError.Permanent why) {
    StepAttempt attempt = StepAttempt.of(delivery, tables(delivery), page, audit);
    StepSummary row = attempt.active();
    if (row == null) {
      LOG.info("step {}: the result is dropped: {}", delivery.task().identity(), why.getMessage());
      return new ActivityResult.Done(null);
    }
    List<Change> again = new ArrayList<>();
    for (Change change : result.changes()) {
      again.add(change instanceof StepChange step ? withVersion(step, row.version()) : change);
    }
    return new ActivityResult.Done(result.completion(), again, result.failed(), result.attempt());
  }

  private static StepChange withVersion(StepChange change, long version) {
    return new StepChange(
        change.runId(),
        change.stepId(),
        version,
        change.status(),
        change.outputs(),
        change.suspension(),
        change.lastError(),
        change.retryable());
  }

  @Override
  public ActivityResult fail(ActivityDelivery delivery, WorkFailure why) {
    LOG.error("step {} cannot be done: {}", delivery.task().identity(), why.message());
    try {
      StepAttempt attempt = StepAttempt.of(delivery, tables(delivery), page, audit);
      StepSummary row = attempt.active();
      if (row == null) {
        return new ActivityResult.Done(null);
      }
      return attempt.ended(
          StepChange.of(row)
              .status(StepStatus.FAILED)
              .lastError(Texts.fit("the step cannot be done: " + why.message()))
              .retryable(false),
          false);
    } catch (UnreadableRowException e) {
      LOG.error("activity {} is dropped", delivery.task().identity(), e);
      return new ActivityResult.Done(null);
    }
  }

  private static StateTables tables(ActivityDelivery delivery) {
    return delivery
        .capability(StateTables.class)
        .orElseThrow(() -> new ProviderError.NotSupported("graph", Feature.STATE_TABLES));
  }
}
