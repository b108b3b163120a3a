// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.store.Space;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.runtime.Holdfast;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A worker in a process of its own, for callers that have none. It ends with the process that
 * started it, however that ends: then its standard input is closed. Not thread-safe.
 */
public final class WorkerProcess implements AutoCloseable {

  private static final String READY = "ready";
  private static final long PATIENCE_SECONDS = 30;

  private final Process process;

  private WorkerProcess(Process process) {
    this.process = process;
  }

  /** Starts a worker on a store and waits until it works. */
  static WorkerProcess start(Space space) throws IOException {
    ProviderConfig config = space.config();
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(WorkerProcess.class.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    WorkerProcess worker = new WorkerProcess(process);
    boolean ready = false;
    try {
      // Not as arguments, which every user of the machine can see.
      Writer in = process.outputWriter(StandardCharsets.UTF_8);
      in.write(Objects.requireNonNull(config.location(), "a store with an address") + "\n");
      for (Map.Entry<String, String> option : config.options().entrySet()) {
        in.write(option.getKey() + "=" + option.getValue() + "\n");
      }
      in.write("\n");
      in.flush();
      String said = process.inputReader(StandardCharsets.UTF_8).readLine();
      if (!READY.equals(said)) {
        throw new IOException("the worker's process has ended before it worked: " + said);
      }
      ready = true;
      return worker;
    } finally {
      if (!ready) {
        worker.close();
      }
    }
  }

  /**
   * The worker's process. Reads the address of the store, then options as {@code name=value} up to
   * an empty line.
   */
  public static void main(String[] args) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    ProviderConfig.Builder config = ProviderConfig.url(Objects.requireNonNull(in.readLine()));
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      int equals = line.indexOf('=');
      config.option(line.substring(0, equals), line.substring(equals + 1));
    }
    Ends nobody = new Ends();
    Holdfast worker =
        Holdfast.builder(config.build())
            .activity(Program.ECHO, (ctx, value) -> value)
            .orchestration(Program.oneActivity(nobody).orchestration())
            .orchestration(Program.fiveActivities(nobody).orchestration())
            .orchestration(Program.waiting(nobody))
            .start();
    System.out.println(READY);
    System.out.flush();
    while (in.read() >= 0) {
      // Nothing is said; the end is what counts.
    }
    worker.close();
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
