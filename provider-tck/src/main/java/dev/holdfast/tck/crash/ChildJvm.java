// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.Provider;
import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.harness.Expect;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Another JVM that works on a store under test and says what it did, line by line. Killed when it
 * is closed. The methods are for one thread.
 */
public final class ChildJvm implements AutoCloseable {

  /**
   * What the exit code of a process says that was ended by SIGKILL: 128 and the number of the
   * signal.
   */
  public static final int KILLED = 128 + 9;

  /** Which resolves, as a user of the service type, the modules that provide it. */
  private static final String API_MODULE = "dev.holdfast.provider";

  private static final Duration HANG = Duration.ofMinutes(2);

  private final Process process;
  private final BufferedWriter input;
  private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> complaints = new LinkedBlockingQueue<>();
  private final Thread complaintReader;
  private boolean ended;

  private record Line(@Nullable String text) {}

  private ChildJvm(Process process, CrashTarget target) {
    this.process = process;
    input = process.outputWriter();
    Thread.ofPlatform().daemon().start(this::readLines);
    complaintReader = Thread.ofPlatform().daemon().start(this::readComplaints);
    tell(target);
  }

  /**
   * Starts a JVM with kit and provider on its class path.
   *
   * @param target how it reaches the store
   * @param task what it is to do
   * @param arguments of the task
   * @return the child, already running
   */
  public static ChildJvm start(CrashTarget target, Task task, String... arguments) {
    List<String> path = new ArrayList<>(List.of(place(ChildMain.class), place(Provider.class)));
    path.addAll(target.classPath());
    return start(target, List.of("-cp", String.join(File.pathSeparator, path)), task, arguments);
  }

  /**
   * Starts a JVM with the provider on its module path and the kit on its class path.
   *
   * @param target how it reaches the store
   * @param task what it is to do
   * @param arguments of the task
   * @return the child, already running
   */
  public static ChildJvm startOnModulePath(CrashTarget target, Task task, String... arguments) {
    List<String> path = new ArrayList<>(target.classPath());
    path.add(place(Provider.class));
    return start(
        target,
        List.of(
            "-p",
            String.join(File.pathSeparator, path),
            "--add-modules",
            API_MODULE,
            "-cp",
            place(ChildMain.class)),
        task,
        arguments);
  }

  private static ChildJvm start(
      CrashTarget target, List<String> paths, Task task, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(target.jvmArguments());
    command.addAll(paths);
    command.add(ChildMain.class.getName());
    command.add(task.name());
    command.addAll(List.of(arguments));
    try {
      return new ChildJvm(new ProcessBuilder(command).start(), target);
    } catch (IOException e) {
      throw new FixtureProblem("A child JVM cannot be started: " + e.getMessage(), e);
    }
  }

  private static String place(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      throw new FixtureProblem(type + " is neither in a jar nor in a directory.");
    }
    try {
      return Path.of(source.getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new FixtureProblem(type + " lies at " + source.getLocation(), e);
    }
  }

  private void tell(CrashTarget target) {
    List<String> words = new ArrayList<>(List.of(target.url()));
    words.add(String.valueOf(target.options().size()));
    target
        .options()
        .forEach((name, value) -> {
          words.add(name);
          words.add(value);
        });
    words.forEach(this::tell);
  }

  /**
   * Says one line to the child.
   *
   * @param word the line
   */
  public void tell(String word) {
    try {
      input.write(word);
      input.newLine();
      input.flush();
    } catch (IOException e) {
      throw new FixtureProblem("A child JVM does not listen. It said:\n" + complaints(), e);
    }
  }

  /**
   * The process id.
   *
   * @return the id
   */
  public long pid() {
    return process.pid();
  }

  /**
   * The next line that the child says; waits for it.
   *
   * @return the line
   */
  public String line() {
    String line = next();
    if (line == null) {
      throw Expect.violation(
          "A child JVM ended before it had done its work.", "one more line", complaints());
    }
    return line;
  }

  /**
   * The next line, without the word that it must begin with.
   *
   * @param word the word
   * @return what follows it, perhaps nothing
   */
  public String line(String word) {
    String line = line();
    if (!line.equals(word) && !line.startsWith(word + " ")) {
      throw Expect.violation("A child JVM failed.", word, line + "\n" + complaints());
    }
    return line.substring(word.length()).strip();
  }

  /**
   * Ends the process with SIGKILL, and waits for its death.
   *
   * @return what it had said before and nobody had read
   */
  public List<String> kill() {
    process.destroyForcibly();
    return rest();
  }

  /**
   * Waits for the child to end by itself.
   *
   * @return what it said until then
   */
  public List<String> rest() {
    List<String> rest = new ArrayList<>();
    for (String line = next(); line != null; line = next()) {
      rest.add(line);
    }
    exitCode();
    return rest;
  }

  /**
   * Waits for the end of the process.
   *
   * @return its exit code
   */
  public int exitCode() {
    try {
      if (!process.waitFor(HANG.toSeconds(), TimeUnit.SECONDS)) {
        throw new FixtureProblem("A child JVM does not end.");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a child JVM", e);
    }
  }

  /**
   * What the child wrote to standard error.
   *
   * @return the text
   */
  public String complaints() {
    try {
      // The reader ends with the process; of a living one this is what there is by now.
      complaintReader.join(process.isAlive() ? 1 : HANG.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return String.join("\n", complaints);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    exitCode();
  }

  private @Nullable String next() {
    if (ended) {
      return null;
    }
    try {
      Line line = lines.poll(HANG.toSeconds(), TimeUnit.SECONDS);
      if (line == null) {
        throw Expect.violation("A child JVM hangs.", "a line", "none after " + HANG);
      }
      ended = line.text() == null;
      return line.text();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while listening to a child JVM", e);
    }
  }

  private void readLines() {
    try (BufferedReader output = process.inputReader()) {
      output.lines().forEach(line -> lines.add(new Line(line)));
    } catch (IOException | UncheckedIOException e) {
      complaints.add("its output ended with " + e);
    } finally {
      lines.add(new Line(null));
    }
  }

  private void readComplaints() {
    try (BufferedReader errors = process.errorReader()) {
      errors.lines().forEach(complaints::add);
    } catch (IOException | UncheckedIOException e) {
      complaints.add("its errors ended with " + e);
    }
  }
}
