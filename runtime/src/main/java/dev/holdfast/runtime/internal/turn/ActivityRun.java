// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.runtime.ActivityContext;
import dev.holdfast.runtime.internal.event.TaskInput;
import dev.holdfast.worker.ActivityDelivery;
import org.jspecify.annotations.Nullable;

/**
 * The context of one delivery of an activity.
 *
 * @param delivery the delivery
 * @param input what was stored with it
 */
record ActivityRun(ActivityDelivery delivery, TaskInput input) implements ActivityContext {

  @Override
  public String instanceId() {
    return delivery.task().instanceId();
  }

  @Override
  public long executionId() {
    return delivery.task().executionId();
  }

  @Override
  public String name() {
    return delivery.task().name();
  }

  @Override
  public int attempt() {
    return input.attempt();
  }

  @Override
  public int deliveries() {
    return delivery.deliveries();
  }

  @Override
  public String idempotencyKey() {
    return instanceId() + "/" + executionId() + "/" + input.firstId();
  }

  @Override
  public @Nullable String tag() {
    return delivery.task().tag();
  }

  @Override
  public @Nullable String session() {
    return delivery.task().sessionId();
  }

  @Override
  public boolean isCancelled() {
    return delivery.isCancelled();
  }
}
