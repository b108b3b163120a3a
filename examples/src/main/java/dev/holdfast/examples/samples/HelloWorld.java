// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;

/** The shortest program: an orchestration that calls one activity. */
public final class HelloWorld {

  static final Activity<String, String> GREET =
      Activity.named("hello.greet", String.class, String.class);

  static final Orchestration<String, String> HELLO =
      Orchestration.named(
          "hello", String.class, String.class, (ctx, name) -> ctx.call(GREET, name).await());

  private HelloWorld() {}

  static String run(String url) throws Exception {
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .activity(GREET, (context, name) -> "Hello, " + name + "!")
            .orchestration(HELLO)
            .start()) {
      holdfast.client().start(HELLO, "hello-1", "world");
      return holdfast.client().await(HELLO, "hello-1", Duration.ofMinutes(1));
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
