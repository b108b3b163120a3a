// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.TagFilter;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process that holds an instance and an activity of an empty store, and does what it is told: for
 * tests of a provider about what becomes of the locks of a process that dies, pauses or loses its
 * connections. Killed when it is closed. For one thread.
 */
public final class HolderProcess implements AutoCloseable {

  /** For how long it locks: far longer than any test runs. */
  public static final Duration LOCK = Duration.ofHours(1);

  /** The instance that it holds. */
  public static final String LOCKED = "locked";

  /** The instance whose activity it holds. */
  public static final String WITH_ACTIVITY = "with-activity";

  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter commands;

  private HolderProcess(Process process) {
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
  }

  /**
   * Starts it, with the class path of this JVM, and waits until it holds both.
   *
   * @param url the store
   * @return the running process
   * @throws IOException when it cannot be started
   */
  public static HolderProcess start(String url) throws IOException {
    HolderProcess holder =
        new HolderProcess(
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    HolderProcess.class.getName(),
                    url)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    holder.expect("holds");
    return holder;
  }

  /**
   * Tells it something: {@code ack} of the instance, {@code renew} of the activity, {@code close}
   * of its handle, or {@code read DIRECTORY}, all files below it.
   *
   * @param command the command
   * @return what it answers
   * @throws IOException when it has ended
   */
  public String tell(String command) throws IOException {
    commands.write(command);
    commands.newLine();
    commands.flush();
    return answers.readLine();
  }

  private void expect(String answer) throws IOException {
    String line = answers.readLine();
    if (!answer.equals(line)) {
      close();
      throw new IllegalStateException("the holder says " + line);
    }
  }

  /**
   * SIGKILL: nothing of its own runs any more.
   *
   * @throws InterruptedException when interrupted before it has ended
   */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /**
   * SIGSTOP: it lives and does nothing. Returns once it has stopped.
   *
   * @throws IOException when no signal can be sent
   * @throws InterruptedException when interrupted meanwhile
   */
  public void pause() throws IOException, InterruptedException {
    signal("-STOP");
    Path stat = Path.of("/proc", String.valueOf(process.pid()), "stat");
    while (!Files.readString(stat).contains(") T ")) {
      Thread.onSpinWait();
    }
  }

  /**
   * SIGCONT: it goes on.
   *
   * @throws IOException when no signal can be sent
   * @throws InterruptedException when interrupted meanwhile
   */
  public void resume() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    new ProcessBuilder("kill", signal, String.valueOf(process.pid()))
        .inheritIO()
        .start()
        .waitFor(1, TimeUnit.MINUTES);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /**
   * What the process runs.
   *
   * @param args the store
   * @throws IOException when nobody listens to it any more
   */
  public static void main(String[] args) throws IOException {
    Provider provider = Providers.open(args[0]);
    provider.enqueueAll(Stream.of(LOCKED, WITH_ACTIVITY).map(HolderProcess::startOf).toList());
    List<OrchestrationItem> items =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(2, LOCK));
    ActivityItem activity = scheduleAndClaim(provider, items.get(1));
    System.out.println("holds");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ", 2);
      switch (words[0]) {
        case "ack" -> System.out.println(ack(provider, items.get(0)));
        case "renew" -> {
          boolean live = !provider.renew(List.of(activity.lockToken()), LOCK).isEmpty();
          System.out.println(live ? "renewed" : "lost");
        }
        case "read" -> {
          readEverything(Path.of(words[1]));
          System.out.println("read");
        }
        case "close" -> {
          provider.close();
          System.out.println("closed");
        }
        default -> System.out.println("what?");
      }
    }
  }

  private static OrchestratorMessage startOf(String id) {
    return OrchestratorMessage.builder(id, "start", Payload.empty())
        .start(ExecutionStart.of("flow"))
        .build();
  }

  private static ActivityItem scheduleAndClaim(Provider provider, OrchestrationItem item) {
    ActivityTask task =
        ActivityTask.builder(
                new ActivityIdentity(item.instanceId(), 1, 1), "do", Payload.empty(), "flow")
            .build();
    AckResult result =
        provider.ackOrchestrationItem(
            OrchestrationAck.builder(item.lockToken(), 1)
                .metadata(ExecutionMetadata.builder().name("flow").build())
                .activities(List.of(task))
                .eager(new EagerActivities(1, LOCK, TagFilter.untagged(), null))
                .build());
    return ((AckResult.Applied) result).eagerActivities().get(0);
  }

  private static String ack(Provider provider, OrchestrationItem item) {
    return provider
        .ackOrchestrationItem(
            OrchestrationAck.builder(item.lockToken(), 1)
                .metadata(ExecutionMetadata.builder().name("flow").build())
                .build())
        .getClass()
        .getSimpleName();
  }

  /** As a backup does that knows nothing of locks: the system frees those of files it closes. */
  private static void readEverything(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.readAllBytes(file);
      }
    }
  }
}
