// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.runtime.ActivityCancelledException;
import dev.holdfast.runtime.ActivityContext;
import dev.holdfast.runtime.PayloadTooLargeException;
import dev.holdfast.runtime.TypeRef;
import dev.holdfast.runtime.UnsupportedByStoreException;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.PayloadCodec;
import dev.holdfast.runtime.internal.event.TaskInput;
import dev.holdfast.worker.ActivityDelivery;
import java.lang.reflect.Type;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The context of one delivery of an activity.
 *
 * @param delivery the delivery
 * @param input what was stored with it
 * @param signs its signs of life
 * @param values how their details are encoded
 * @param store what the store is
 */
record ActivityRun(
    ActivityDelivery delivery,
    TaskInput input,
    Heartbeat signs,
    PayloadCodec values,
    ProviderInfo store)
    implements ActivityContext {

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
    return signs.isUnwanted();
  }

  @Override
  public void heartbeat() {
    signs.sign();
    checkWanted();
  }

  @Override
  public void heartbeat(@Nullable Object details) {
    checkWanted();
    if (!signs.keepsDetails()) {
      throw new UnsupportedByStoreException(
          "a heartbeat with details", Feature.STATE_TABLES.name(), store.id());
    }
    Payload payload = Codec.payload(values.encode(details));
    int limit = store.limits().maxPayloadBytes();
    if (payload.size() > limit) {
      throw new PayloadTooLargeException("the heartbeat", payload.size(), limit);
    }
    signs.sign(payload);
    checkWanted();
  }

  private void checkWanted() {
    if (signs.isUnwanted()) {
      throw new ActivityCancelledException(name(), idempotencyKey());
    }
  }

  @Override
  public <T> Optional<T> lastHeartbeat(Class<T> type) {
    return last(type);
  }

  @Override
  public <T> Optional<T> lastHeartbeat(TypeRef<T> type) {
    return last(type.type());
  }

  private <T> Optional<T> last(Type type) {
    Payload left = signs.left();
    return left == null
        ? Optional.empty()
        : Optional.ofNullable(values.<@Nullable T>decode(new Json(left.asUtf8()), type));
  }
}
