// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Event;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A long-lived orchestration takes new settings from a mailbox while it works. */
public final class ReloadedConfiguration {

  /** Settings of the watch. */
  record Settings(int limit) {}

  static final Event<Settings> SETTINGS = Event.named("settings", Settings.class);
  static final Event<Integer> MEASURED = Event.named("measured", Integer.class);
  static final Event<String> DONE = Event.named("done", String.class);
  static final Activity<String, @Nullable Void> ALARM =
      Activity.action("watch.alarm", String.class);

  static final Orchestration<Settings, String> WATCH =
      Orchestration.named(
          "watch",
          Settings.class,
          String.class,
          (ctx, last) -> {
            Settings settings = last;
            int value = ctx.mailbox(MEASURED).next().await();
            for (Settings newer : ctx.mailbox(SETTINGS).drain()) {
              settings = newer;
            }
            if (value < 0) {
              return "watched with limit " + settings.limit();
            }
            if (value > settings.limit()) {
              ctx.call(ALARM, value + " > " + settings.limit()).await();
            }
            return ctx.continueAsNew(settings); // messages that were not taken go along
          });

  private ReloadedConfiguration() {}

  static String run(String url) throws Exception {
    Queue<String> alarms = new ConcurrentLinkedQueue<>();
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .action(ALARM, (context, text) -> alarms.add(text))
            .orchestration(WATCH)
            .start()) {
      HoldfastClient client = holdfast.client();
      client.start(WATCH, "watch-1", new Settings(100));
      client.raise("watch-1", MEASURED, 90);
      client.raise("watch-1", SETTINGS, new Settings(50));
      client.raise("watch-1", MEASURED, 95);
      client.raise("watch-1", MEASURED, -1);
      return client.await(WATCH, "watch-1", Duration.ofMinutes(1)) + ", alarms " + alarms;
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
