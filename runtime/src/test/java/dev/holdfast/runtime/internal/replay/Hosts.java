// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.internal.BlockedCode;
import dev.holdfast.runtime.internal.Interceptors;
import dev.holdfast.runtime.internal.event.PayloadCodec;
import dev.holdfast.worker.internal.util.WorkerThreads;
import java.time.Duration;
import java.util.Set;

/** Hosts of executions for tests without a worker. */
public final class Hosts {

  private Hosts() {}

  /** One with the defaults, over which nobody watches. */
  public static Host plain() {
    return new Host(
        new PayloadCodec(DataConverter.jackson()),
        new WorkerThreads(),
        new CodeWatch(Duration.ofDays(1), new Deaf()),
        PayloadLimit.of(8 * 1024 * 1024),
        new StoreFeatures("none", Set.of()),
        Interceptors.NONE,
        HistoryLimit.NONE);
  }

  private static final class Deaf implements BlockedCode {
    @Override
    public void blocked(Report report) {}

    @Override
    public void cameBack(Report last) {}
  }
}
