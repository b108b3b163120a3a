// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.RecordedException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * What code has failed with, to be told when its turn is stored: a turn that is not stored is run
 * again, and fails again. Made on the thread of the code, whose MDC it keeps for that. Immutable.
 */
final class CodeFailure {

  private static final Logger LOG = LoggerFactory.getLogger(OrchestrationRunner.class);

  private final String instanceId;
  private final Orchestration<?, ?> orchestration;
  private final Failure failure;
  private final @Nullable Map<String, String> mdc = MDC.getCopyOfContextMap();

  CodeFailure(String instanceId, Orchestration<?, ?> orchestration, Failure failure) {
    this.instanceId = instanceId;
    this.orchestration = orchestration;
    this.failure = failure;
  }

  void tell() {
    Map<String, String> before = MDC.getCopyOfContextMap();
    set(mdc);
    try {
      LOG.warn(
          "instance {} ({}) failed in its code",
          instanceId,
          orchestration,
          new RecordedException(failure));
    } finally {
      set(before);
    }
  }

  private static void set(@Nullable Map<String, String> mdc) {
    if (mdc == null) {
      MDC.clear();
    } else {
      MDC.setContextMap(mdc);
    }
  }
}
