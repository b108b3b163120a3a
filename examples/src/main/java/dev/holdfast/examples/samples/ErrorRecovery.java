// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ChildFailedException;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.OrchestrationFailedException;
import dev.holdfast.runtime.RetryPolicy;
import java.io.IOException;
import java.time.Duration;

/**
 * What an activity throws goes up through the child to the parent, which may help itself; what
 * nobody catches ends the instance, and its caller learns why.
 */
public final class ErrorRecovery {

  static final Activity<String, String> LOAD =
      Activity.named("map.load", String.class, String.class);

  static final Orchestration<String, String> MAP =
      Orchestration.named(
          "map",
          String.class,
          String.class,
          (ctx, server) -> ctx.call(LOAD, server, RetryPolicy.fixed(2, Duration.ZERO)).await());

  static final Orchestration<String, String> ROUTE =
      Orchestration.named(
          "route",
          String.class,
          String.class,
          (ctx, server) -> {
            try {
              return ctx.child(MAP, server).await();
            } catch (ChildFailedException e) {
              if (!e.failure().hasCause(IOException.class)) {
                throw e;
              }
              return ctx.child(MAP, "second server").await();
            }
          });

  private ErrorRecovery() {}

  static String run(String url) throws Exception {
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .activity(LOAD, (context, server) -> load(server))
            .orchestration(MAP)
            .orchestration(ROUTE)
            .start()) {
      HoldfastClient client = holdfast.client();
      client.start(ROUTE, "route-1", "first server");
      client.start(ROUTE, "route-2", "forged server");
      String recovered = client.await(ROUTE, "route-1", Duration.ofMinutes(1));
      try {
        return recovered + client.await(ROUTE, "route-2", Duration.ofMinutes(1));
      } catch (OrchestrationFailedException e) {
        Failure root = e.failure();
        while (root.cause() != null) {
          root = root.cause();
        }
        return recovered + "; failed: " + root;
      }
    }
  }

  private static String load(String server) throws IOException {
    return switch (server) {
      case "first server" -> throw new IOException("no route to host");
      case "forged server" -> throw new SecurityException("the certificate is forged");
      default -> "a map from the " + server;
    };
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
