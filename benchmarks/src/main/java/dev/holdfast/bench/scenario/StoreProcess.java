// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.store.Space;
import dev.holdfast.provider.ProviderConfig;
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
 * A process of its own on the same store. It ends with the process that started it, however that
 * ends: then its standard input is closed. Not thread-safe.
 */
final class StoreProcess implements AutoCloseable {

  private static final String READY = "ready";
  private static final long PATIENCE_SECONDS = 30;

  private final Process process;
  private final BufferedReader said;

  private StoreProcess(Process process) {
    this.process = process;
    this.said = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts a process and waits until it is ready.
   *
   * @param main what it runs, which calls {@link #address} and then {@link #ready}
   * @param space the store
   */
  static StoreProcess start(Class<?> main, Space space) throws IOException {
    ProviderConfig config = space.config();
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    StoreProcess started =
        new StoreProcess(
            new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    boolean ready = false;
    try {
      // Not as arguments, which every user of the machine can see.
      Writer in = started.process.outputWriter(StandardCharsets.UTF_8);
      in.write(Objects.requireNonNull(config.location(), "a store with an address") + "\n");
      for (Map.Entry<String, String> option : config.options().entrySet()) {
        in.write(option.getKey() + "=" + option.getValue() + "\n");
      }
      in.write("\n");
      in.flush();
      String first = started.said.readLine();
      if (!READY.equals(first)) {
        throw new IOException("the process has ended before it was ready: " + first);
      }
      ready = true;
      return started;
    } finally {
      if (!ready) {
        started.close();
      }
    }
  }

  /** {@return what the process says from now on, line by line} */
  BufferedReader said() {
    return said;
  }

  /** {@return in the process: its input, which ends when it is to end} */
  static BufferedReader input() {
    return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  }

  /** Reads, in the process, the address of the store, then options up to an empty line. */
  static ProviderConfig address(BufferedReader in) throws IOException {
    ProviderConfig.Builder config = ProviderConfig.url(Objects.requireNonNull(in.readLine()));
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      int equals = line.indexOf('=');
      config.option(line.substring(0, equals), line.substring(equals + 1));
    }
    return config.build();
  }

  /** Says, in the process, that it is ready. */
  static void ready() {
    System.out.println(READY);
    System.out.flush();
  }

  /** Waits, in the process, until it is to end. */
  static void awaitEnd(BufferedReader in) throws IOException {
    while (in.read() >= 0) {
      // Nothing is said; the end is what counts.
    }
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
