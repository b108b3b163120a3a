// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.Limits;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.support.RequestChecks;
import org.jspecify.annotations.Nullable;

/** What the store's functions return about the contents of turns; see ack_orchestrations there. */
final class TurnCodes {

  private static final int DUPLICATE_EVENT = 6;
  private static final int EVENT_TOO_LATE = 7;
  private static final int NO_INSTANCE = 8;
  private static final int TOO_MANY_KEYS = 9;

  private static final int MOST_KEYS = Limits.floor().maxKeysPerInstance();

  private TurnCodes() {}

  /**
   * Returns the refusal that a code means.
   *
   * @param badEvent the event that is wrong
   * @param lastEvent the one that it would follow; of too many keys how many there would be
   * @return the refusal, null when the code is not about the content
   */
  static ProviderError.@Nullable Permanent refusal(
      String operation,
      int code,
      String instanceId,
      long executionId,
      @Nullable Long badEvent,
      @Nullable Long lastEvent) {
    long event = badEvent == null ? 0 : badEvent;
    return switch (code) {
      case DUPLICATE_EVENT -> new DuplicateEvent(operation, instanceId, executionId, event);
      case EVENT_TOO_LATE ->
          new InvalidRequest(
              operation,
              instanceId,
              "event %d comes after event %d of execution %d; history only grows at its end"
                  .formatted(event, lastEvent, executionId));
      case NO_INSTANCE ->
          new InvalidRequest(
              operation,
              instanceId,
              "changes values of an instance that does not exist; give its name too");
      case TOO_MANY_KEYS ->
          RequestChecks.tooManyKeys(
              operation, instanceId, lastEvent == null ? 0 : lastEvent, MOST_KEYS);
      default -> null;
    };
  }
}
