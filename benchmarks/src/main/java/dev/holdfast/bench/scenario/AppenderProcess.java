// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.load.StreamLoads;
import dev.holdfast.bench.load.Work;
import dev.holdfast.bench.measure.Caller;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.store.Space;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;

/**
 * A process of callers that append, which says now and then how often they have. Used by one
 * thread, which is that of whoever reads what it says.
 */
public final class AppenderProcess {

  /** How many callers each process has. */
  static final int CALLERS = 16;

  private static final long MILLIS_BETWEEN_COUNTS = 10;

  private AppenderProcess() {}

  /** Starts a process and waits until it appends. */
  static StoreProcess start(Space space) throws IOException {
    return StoreProcess.start(AppenderProcess.class, space);
  }

  /** The process. */
  public static void main(String[] args) throws Exception {
    BufferedReader in = StoreProcess.input();
    try (Provider provider = Providers.open(StoreProcess.address(in))) {
      LongAdder appended = new LongAdder();
      Work work = new Work("p" + UUID.randomUUID().toString().substring(0, 8));
      for (Caller caller :
          StreamLoads.appends(1, false).prepare(provider, work, CALLERS, new Latencies())) {
        daemon(() -> {
          while (true) {
            appended.add(caller.step());
          }
        });
      }
      StoreProcess.ready();
      daemon(() -> {
        while (true) {
          System.out.println(appended.sum());
          System.out.flush();
          Thread.sleep(MILLIS_BETWEEN_COUNTS);
        }
      });
      StoreProcess.awaitEnd(in);
    }
    System.exit(0); // callers are in the middle of an append
  }

  /** Something that goes on until the process ends. */
  private interface Endless {
    void run() throws Exception;
  }

  private static void daemon(Endless endless) {
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            endless.run();
          } catch (Exception e) {
            // The end of the process, or its reader is told by an end that comes too early.
            System.exit(1);
          }
        });
  }
}
