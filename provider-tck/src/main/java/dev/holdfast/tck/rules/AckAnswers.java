// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import java.util.List;

/** The answers to acks as words, so that those to a list can be compared at once. Stateless. */
final class AckAnswers {

  static final String APPLIED = "Applied";
  static final String ALREADY_APPLIED = "AlreadyApplied";
  static final String LOCK_LOST = "Rejected(LockLost)";
  static final String DUPLICATE_EVENT = "Rejected(DuplicateEvent)";
  static final String INVALID_REQUEST = "Rejected(InvalidRequest)";
  static final String MISMATCH = "Rejected(IdempotencyMismatch)";

  private AckAnswers() {}

  /** One word per answer, in order. */
  static List<String> of(List<AckResult> results) {
    return results.stream().map(AckAnswers::of).toList();
  }

  /** The answer in a word. */
  static String of(AckResult result) {
    return switch (result) {
      case AckResult.Applied applied -> APPLIED;
      case AckResult.AlreadyApplied already -> ALREADY_APPLIED;
      case AckResult.Rejected(var error) -> "Rejected(" + error.getClass().getSimpleName() + ")";
    };
  }
}
