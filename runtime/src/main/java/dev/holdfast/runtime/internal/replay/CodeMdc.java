// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.worker.Work;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Says in the MDC of the code's thread what runs there, under the names of {@link Work}. The thread
 * lives as long as the code, so what stays the same is put there once; what the code itself puts
 * there stays. Engine and code use it in turns, as they use their {@link Coroutine}.
 */
final class CodeMdc {

  private final String instanceId;
  private final long executionId;
  private final String name;
  private @Nullable String delivery;
  private @Nullable String trace;
  private boolean traced;

  CodeMdc(String instanceId, long executionId, String name) {
    this.instanceId = instanceId;
    this.executionId = executionId;
    this.name = name;
  }

  /**
   * On the engine's thread: a turn that is computed ahead is no delivery, whatever it is part of.
   */
  void handsOver() {
    boolean delivered =
        instanceId.equals(MDC.get(Work.MDC_INSTANCE)) && MDC.get(Work.MDC_ACTIVITY) == null;
    delivery = delivered ? MDC.get(Work.MDC_DELIVERY) : null;
    trace = MDC.get(Work.MDC_TRACE);
  }

  /** On the code's thread, when it begins. */
  void begins() {
    MDC.put(Work.MDC_INSTANCE, instanceId);
    MDC.put(Work.MDC_EXECUTION, String.valueOf(executionId));
    MDC.put(Work.MDC_NAME, name);
    goesOn();
  }

  /** On the code's thread, when it goes on. */
  void goesOn() {
    if (delivery == null) {
      MDC.remove(Work.MDC_DELIVERY);
    } else {
      MDC.put(Work.MDC_DELIVERY, delivery);
    }
    if (trace != null) {
      traced = true;
      MDC.put(Work.MDC_TRACE, trace);
    } else if (traced) {
      MDC.remove(Work.MDC_TRACE);
    }
  }
}
