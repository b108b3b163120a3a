// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import java.util.List;

/** How lock tokens travel to the store. */
final class TokenColumns {

  static final List<Parameter> OF_INSTANCE =
      List.of(Type.TEXT.named("p_id"), Type.BIGINT.named("p_epoch"));

  static final List<Parameter> OF_ACTIVITY =
      List.of(
          Type.TEXT.named("p_id"),
          Type.BIGINT.named("p_execution"),
          Type.BIGINT.named("p_activity"),
          Type.BIGINT.named("p_epoch"));

  private TokenColumns() {}
}
