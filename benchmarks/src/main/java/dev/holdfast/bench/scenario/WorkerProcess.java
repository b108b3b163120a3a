// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.store.Space;
import dev.holdfast.runtime.Holdfast;
import java.io.BufferedReader;
import java.io.IOException;

/** A worker in a process of its own, for callers that have none. Not thread-safe. */
public final class WorkerProcess implements AutoCloseable {

  private final StoreProcess process;

  private WorkerProcess(StoreProcess process) {
    this.process = process;
  }

  /** Starts a worker on a store and waits until it works. */
  static WorkerProcess start(Space space) throws IOException {
    return new WorkerProcess(StoreProcess.start(WorkerProcess.class, space));
  }

  /** The worker's process. */
  public static void main(String[] args) throws IOException {
    BufferedReader in = StoreProcess.input();
    Ends nobody = new Ends();
    Holdfast worker =
        Holdfast.builder(StoreProcess.address(in))
            .activity(Program.ECHO, (ctx, value) -> value)
            .orchestration(Program.oneActivity(nobody).orchestration())
            .orchestration(Program.fiveActivities(nobody).orchestration())
            .orchestration(Program.waiting(nobody))
            .start();
    StoreProcess.ready();
    StoreProcess.awaitEnd(in);
    worker.close();
  }

  @Override
  public void close() throws IOException {
    process.close();
  }
}
