// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.call;

import dev.holdfast.provider.Fence;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.jdbc.state.LeaseLoss;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.state.LeaseToken;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A fence as the store takes it. Stateless. */
public final class FenceColumns {

  /** The parameters that functions take. */
  public static final List<Parameter> PARAMETERS =
      List.of(
          Type.INTEGER.named("f_what"),
          Type.TEXT.named("f_id"),
          Type.BIGINT.named("f_execution"),
          Type.BIGINT.named("f_activity"),
          Type.BIGINT.named("f_epoch"),
          Type.TEXT.named("f_step"),
          Type.TEXT.named("f_port"));

  private FenceColumns() {}

  /** {@return the only row; of NULLs for no fence} */
  public static Columns of(@Nullable Fence fence) {
    Columns columns = new Columns(PARAMETERS);
    switch (fence) {
      case null -> columns.add(null, null, null, null, null, null, null);
      case LockToken.OfInstance(String id, long epoch) ->
          columns.add(1, id, null, null, epoch, null, null);
      case LockToken.OfActivity(var activity, long epoch) ->
          columns.add(
              2,
              activity.instanceId(),
              activity.executionId(),
              activity.activityId(),
              epoch,
              null,
              null);
      case LeaseToken(String name, long epoch) ->
          columns.add(3, name, null, null, epoch, null, null);
      case InboxToken(InboxKey key, long sequence, long epoch) ->
          columns.add(4, key.runId(), null, sequence, epoch, key.stepId(), key.port());
    }
    return columns;
  }

  /** {@return the error for a fence that is not live; {@code why} is what the store said} */
  public static LockLost lost(String operation, Fence fence, String why) {
    return switch (fence) {
      case LockToken lock -> TokenCodes.lost(operation, lock, Integer.parseInt(why));
      case LeaseToken lease ->
          (why.isEmpty() ? LeaseLoss.UNKNOWN : LeaseLoss.of(lease, Long.parseLong(why)))
              .error(operation, lease);
      case InboxToken message -> InboxLosses.lost(operation, message, why);
    };
  }
}
