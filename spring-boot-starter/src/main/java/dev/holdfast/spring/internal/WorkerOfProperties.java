// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring.internal;

import dev.holdfast.provider.RuntimeVersion;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.spring.ActivityBean;
import dev.holdfast.spring.HoldfastProperties;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What properties and beans say of a worker. */
public final class WorkerOfProperties {

  private WorkerOfProperties() {}

  /**
   * Sets what properties say; the rest stays as it is.
   *
   * @param worker the properties
   * @param builder is changed
   */
  public static void set(HoldfastProperties.Worker worker, Holdfast.Builder builder) {
    ifSet(worker.maxConcurrentTurns(), builder::maxConcurrentTurns);
    ifSet(worker.maxConcurrentActivities(), builder::maxConcurrentActivities);
    ifSet(worker.lockFor(), builder::lockFor);
    ifSet(worker.cacheSize(), builder::cacheSize);
    ifSet(worker.maxDeliveries(), builder::maxDeliveries);
    builder.redeliveryBackoff(worker.redelivery().first(), worker.redelivery().max());
    ifSet(worker.failUnrunnable(), builder::failUnrunnable);
    ifSet(worker.closeGrace(), builder::closeGrace);
    ifSet(worker.blockedCodeAfter(), builder::blockedCodeAfter);
    if (!worker.servesTags().isEmpty()) {
      builder.servesTags(TagFilter.untaggedOr(worker.servesTags().toArray(String[]::new)));
    }
    ifSet(worker.servesSessions(), builder::servesSessions);
    ifSet(worker.runtimeVersion(), text -> builder.runtimeVersion(RuntimeVersion.parse(text)));
  }

  private static <T> void ifSet(@Nullable T value, Consumer<T> setter) {
    if (value != null) {
      setter.accept(value);
    }
  }

  /**
   * Registers durable code.
   *
   * @param code of the beans
   * @param builder is changed
   */
  public static void register(CodeOfBeans code, Holdfast.Builder builder) {
    code.orchestrations().forEach(builder::orchestration);
    code.activities().forEach(activity -> register(activity, builder));
  }

  private static <I extends @Nullable Object, O extends @Nullable Object> void register(
      ActivityBean<I, O> bean, Holdfast.Builder builder) {
    builder.activity(bean.activity(), bean.function());
  }
}
