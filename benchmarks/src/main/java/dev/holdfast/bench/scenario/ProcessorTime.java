// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import com.sun.management.OperatingSystemMXBean;
import dev.holdfast.bench.measure.Latencies;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/** How much of a processor this process uses. */
final class ProcessorTime {

  static final String UNIT = "ms CPU/s";
  static final String REFERENCE = "one core";

  private static final double ONE_CORE = 1_000;

  private ProcessorTime() {}

  /** Lets time pass and returns what was used meanwhile, in units of one core. */
  static double during(Duration time) throws InterruptedException {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long cpu = system.getProcessCpuTime();
    long from = System.nanoTime();
    Thread.sleep(time);
    return (system.getProcessCpuTime() - cpu) * ONE_CORE / (System.nanoTime() - from);
  }

  /** {@return how many nanoseconds of processor time this process has used} */
  static long used() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  /** {@return a sample of it, with latencies} */
  static Sample sample(double millisPerSecond, Latencies latencies) {
    return Sample.of(millisPerSecond, ONE_CORE, latencies);
  }
}
