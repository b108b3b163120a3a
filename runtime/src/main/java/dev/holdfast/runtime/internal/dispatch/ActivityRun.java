// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import dev.holdfast.provider.ActivityItem;
import dev.holdfast.runtime.ActivityContext;
import dev.holdfast.runtime.internal.event.TaskInput;

/**
 * The context of one delivery of an activity.
 *
 * @param item the delivery
 * @param input what was stored with it
 * @param lease its lock
 */
record ActivityRun(ActivityItem item, TaskInput input, Lease lease) implements ActivityContext {

  @Override
  public String instanceId() {
    return item.task().instanceId();
  }

  @Override
  public long executionId() {
    return item.task().executionId();
  }

  @Override
  public String name() {
    return item.task().name();
  }

  @Override
  public int attempt() {
    return input.attempt();
  }

  @Override
  public int deliveries() {
    return item.attemptCount();
  }

  @Override
  public String idempotencyKey() {
    return instanceId() + "/" + executionId() + "/" + input.firstId();
  }

  @Override
  public boolean isCancelled() {
    return lease.isOver();
  }
}
