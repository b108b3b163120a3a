// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.Provider;
import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.RuleViolation;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.instrument.Show;
import dev.holdfast.tck.words.Expect;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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

  /** How long a child that has failed may take to end. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final int LAST_WORDS = 5;
  private static final int TAIL = 30;

  private final Process process;
  private final BufferedWriter input;
  private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> complaints = new LinkedBlockingQueue<>();
  private final Thread complaintReader;
  private final Deque<String> said = new ArrayDeque<>();
  private boolean begun;
  private boolean ended;

  private record Line(@Nullable String text) {}

  private ChildJvm(Process process, CrashTarget target) {
    this.process = process;
    input = process.outputWriter();
    Thread.ofPlatform().daemon().start(this::readLines);
    complaintReader = Thread.ofPlatform().daemon().start(this::readComplaints);
    try {
      tell(target);
    } catch (RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
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
    // A fixture in a jar of its own shares a package with its provider, which modules must not.
    path.removeIf(entry -> entry.endsWith("-tests.jar"));
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
    command.add("-XX:+UseSerialGC");
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

  /**
   * Says a store to the child.
   *
   * @param target how it is opened
   */
  public void tell(CrashTarget target) {
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
      if (begun) {
        throw failure("A child JVM ended before it had done its work.", "that it listens", e);
      }
      throw neverBegan(e);
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
    if (line == null && !begun) {
      throw neverBegan(null);
    }
    if (line == null) {
      throw failure("A child JVM ended before it had done its work.", "one more line", "its end");
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
      throw failure("A child JVM failed.", word, line);
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
        throw new FixtureProblem("A child JVM does not end. " + complaints());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a child JVM", e);
    }
  }

  /**
   * A violation that a child shows, with everything that is known about the child.
   *
   * @param what what happened, in one sentence
   * @param expected what should have been
   * @param actual what was
   * @return the violation, to be thrown
   */
  public RuleViolation failure(String what, Object expected, Object actual) {
    return Expect.violation(what, expected, Show.of(actual) + "\n" + complaints());
  }

  /**
   * How the child fares: whether it lives, what it said last, and the end of what it wrote to
   * standard error.
   *
   * @return the text
   */
  public String complaints() {
    try {
      // A child that failed is about to end, and its reader ends with it; of a living one this is
      // what there is by now.
      boolean fails = said.stream().anyMatch(line -> line.startsWith("failed"));
      if (fails || ended || !begun) {
        process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
      complaintReader.join(process.isAlive() ? 1 : PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    StringBuilder text = new StringBuilder("The child ");
    text.append(process.isAlive() ? "still runs" : "ended with " + process.exitValue());
    text.append(said.isEmpty() ? " and said nothing." : "; it said last:");
    said.forEach(line -> text.append("\n  ").append(line));
    List<String> errors = List.copyOf(complaints);
    int hidden = Math.max(0, errors.size() - TAIL);
    text.append("\nIts standard error");
    text.append(
        errors.isEmpty()
            ? " is empty."
            : hidden == 0 ? ":" : ", without the first %d lines:".formatted(hidden));
    errors.stream().skip(hidden).forEach(line -> text.append("\n  ").append(line));
    return text.toString();
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
        throw failure("A child JVM hangs.", "a line", "none after " + HANG);
      }
      if (ChildMain.BEGUN.equals(line.text())) {
        begun = true;
        return next();
      }
      ended = line.text() == null;
      if (line.text() != null) {
        said.addLast(line.text());
        if (said.size() > LAST_WORDS) {
          said.removeFirst();
        }
      }
      return line.text();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while listening to a child JVM", e);
    }
  }

  private FixtureProblem neverBegan(@Nullable IOException cause) {
    return new FixtureProblem(
        "The crash target does not lead to a JVM that runs; check its class path and its JVM"
            + " arguments. "
            + complaints(),
        cause);
  }

  /** What a killed child had not come to the end of is no line. */
  private void readLines() {
    try (BufferedReader output = process.inputReader()) {
      StringBuilder line = new StringBuilder();
      for (int next = output.read(); next >= 0; next = output.read()) {
        if (next == '\n') {
          lines.add(new Line(line.toString().stripTrailing()));
          line.setLength(0);
        } else {
          line.append((char) next);
        }
      }
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
