// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.CustomStatusValue;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.InstanceStatus;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Who waits outside sees how far an instance is: its state, and what its code says of itself. */
public final class StatusPolling {

  static final Activity<Integer, @Nullable Void> COPY =
      Activity.action("backup.copy", Integer.class);

  static final Orchestration<Integer, String> BACKUP =
      Orchestration.named(
          "backup",
          Integer.class,
          String.class,
          (ctx, files) -> {
            for (int file = 1; file <= files; file++) {
              ctx.call(COPY, file).await();
              ctx.customStatus(file + " of " + files);
            }
            return "copied " + files + " files";
          });

  private StatusPolling() {}

  static String run(String url) throws Exception {
    try (Holdfast holdfast =
        Holdfast.builder(url).action(COPY, (context, file) -> {}).orchestration(BACKUP).start()) {
      HoldfastClient client = holdfast.client();
      client.start(BACKUP, "backup-1", 5);
      String last = follow(client, "backup-1");
      InstanceStatus end = client.awaitStatus("backup-1", Duration.ofMinutes(1));
      return "saw " + last + "; " + end.state() + ": " + end.output(String.class);
    }
  }

  /** Asks for what is newer than what was seen; a change is told at once, there is no pause. */
  private static String follow(HoldfastClient client, String id) throws InterruptedException {
    long seen = 0;
    String progress = "nothing";
    while (!progress.equals("5 of 5")) {
      CustomStatusValue status = client.awaitCustomStatus(id, seen, Duration.ofMinutes(1));
      seen = status.version();
      progress =
          status.value() == null ? "nothing" : String.valueOf(status.value().decode(String.class));
    }
    return progress;
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
