// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.instrument;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** What this JVM has running and open, to be compared with what it has later. Immutable. */
public final class Footprint {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Set<Thread> threads;
  private final long files;

  private Footprint(Set<Thread> threads, long files) {
    this.threads = threads;
    this.files = files;
  }

  /**
   * What there is now.
   *
   * @return the footprint
   */
  public static Footprint take() {
    return new Footprint(Set.copyOf(Thread.getAllStackTraces().keySet()), openFiles());
  }

  /**
   * The threads that are there now and were not there then. Those that are ending get the time to
   * do so.
   *
   * @return their names
   */
  public List<String> newThreads() {
    return newThreadsAbove(0);
  }

  /**
   * The same where some may stay, such as those of a pool that grows when it is used.
   *
   * @param allowed how many may stay
   * @return the names of all of them when there are more, and otherwise none
   */
  public List<String> newThreadsAbove(int allowed) {
    boolean few = Waiting.until(() -> threadsSince().size() <= allowed, PATIENCE);
    return few ? List.of() : threadsSince();
  }

  private List<String> threadsSince() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !threads.contains(thread) && !ofTheJvm(thread))
        .map(Thread::getName)
        .sorted()
        .toList();
  }

  private static boolean ofTheJvm(Thread thread) {
    ThreadGroup group = thread.getThreadGroup();
    return group == null
        || group.getName().equals("system")
        || group.getName().equals("InnocuousThreadGroup");
  }

  /**
   * How many more files and connections are open now than then, 0 where that cannot be counted.
   *
   * @return the difference
   */
  public long moreFiles() {
    return openFiles() - files;
  }

  private static long openFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }

  /**
   * What is written to standard output and error meanwhile.
   *
   * @param body what to do
   * @return the text
   */
  public static String consoleOf(Runnable body) {
    PrintStream output = System.out;
    PrintStream errors = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    try (PrintStream capture = new PrintStream(written, true, StandardCharsets.UTF_8)) {
      System.setOut(capture);
      System.setErr(capture);
      body.run();
    } finally {
      System.setOut(output);
      System.setErr(errors);
    }
    return written.toString(StandardCharsets.UTF_8);
  }
}
