// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.provider.Feature;
import dev.holdfast.runtime.PayloadTooLargeException;
import dev.holdfast.runtime.UnsupportedByStoreException;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.HistoryEntry;
import dev.holdfast.runtime.internal.event.Json;

/** Checks what code asks for against what the store takes, and records refusals. */
final class Admission {

  private final Execution execution;
  private final Host host;

  Admission(Execution execution, Host host) {
    this.execution = execution;
    this.host = host;
  }

  /**
   * Checks that the store takes a value. In replay the recorded decision counts.
   *
   * @param what what it is, the same in every replay
   * @throws PayloadTooLargeException when it is too large
   */
  Json admitted(String what, Json value) {
    boolean refused =
        execution.log().isReplaying()
            ? execution.log().isRefusedNext()
            : !host.payloads().allows(value);
    return admitted(what, value, refused);
  }

  /**
   * As {@link #admitted(String, Json)}, for a value that is not in the history when it is taken.
   *
   * @throws PayloadTooLargeException when it is too large
   */
  Json admittedBeside(String what, Json value) {
    admittedBeside(what, PayloadLimit.size(value));
    return value;
  }

  /**
   * As {@link #admittedBeside(String, Json)}, for bytes.
   *
   * @param size how many
   * @throws PayloadTooLargeException when it is too large
   */
  void admittedBeside(String what, long size) {
    boolean refused =
        execution.log().isReplaying()
            ? execution.log().isRefusedNext(what, size)
            : size > host.payloads().bytes();
    if (refused) {
      refuse(what, size);
    }
  }

  private Json admitted(String what, Json value, boolean refused) {
    if (refused) {
      refuse(what, PayloadLimit.size(value));
    }
    return value;
  }

  /** Records the refusal and throws it; in replay the recorded one counts. */
  private void refuse(String what, long size) {
    long limit = host.payloads().bytes();
    HistoryEntry recorded =
        execution.guarded(() -> execution.log().issue(new Event.CallRefused(what, size, limit)));
    if (recorded.event() instanceof Event.CallRefused(var same, long sizeThen, long limitThen)) {
      throw new PayloadTooLargeException(same, sizeThen, limitThen);
    }
  }

  /**
   * Checks that the store has a feature. In replay the recorded decision counts.
   *
   * @param what what needs it, the same in every replay
   * @throws UnsupportedByStoreException when it does not have it
   */
  void require(Feature feature, String what) {
    boolean refused =
        execution.log().isReplaying()
            ? execution.log().isRefusedNext(feature)
            : !host.store().declares(feature);
    if (refused) {
      String provider = host.store().provider();
      HistoryEntry recorded =
          execution.guarded(() ->
              execution.log().issue(new Event.FeatureRefused(what, feature.name(), provider)));
      if (recorded.event() instanceof Event.FeatureRefused(var same, var name, var providerThen)) {
        throw new UnsupportedByStoreException(same, name, providerThen);
      }
    }
  }

  /**
   * Checks that the store takes an output. A refusal is not recorded by itself: it is in the
   * failure with which the execution ends.
   */
  Json admittedOutput(Json output) {
    if (!host.payloads().allows(output)) {
      throw new PayloadTooLargeException(
          "the output", PayloadLimit.size(output), host.payloads().bytes());
    }
    return output;
  }
}
