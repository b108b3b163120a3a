// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityFailure;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.RetryPolicy;
import dev.holdfast.runtime.Settled;
import dev.holdfast.runtime.TypeRef;
import java.time.Duration;
import java.util.List;

/** A mail to each member, ten at a time, and a word to the editor when all of them were sent. */
public final class Newsletter {

  static final Activity<String, String> SEND =
      Activity.named("newsletter.send", String.class, String.class);

  static final Orchestration<List<String>, String> NEWSLETTER =
      Orchestration.named(
          "newsletter",
          new TypeRef<List<String>>() {},
          new TypeRef<String>() {},
          (ctx, members) -> {
            RetryPolicy patient = RetryPolicy.exponential(5, Duration.ofMillis(10));
            int sent = 0;
            for (Settled<String> mail :
                ctx.fanOutSettled(members, 10, member -> ctx.call(SEND, member, patient))) {
              sent += mail instanceof Settled.Succeeded<String> ? 1 : 0;
            }
            return ctx.call(SEND, "editor").await() + " knows of " + sent + " mails";
          });

  private Newsletter() {}

  static String run(String url) throws Exception {
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .activity(SEND, (context, member) -> send(member))
            .orchestration(NEWSLETTER)
            .start()) {
      HoldfastClient client = holdfast.client();
      client.start(NEWSLETTER, "newsletter/2026-12", List.of("Ada", "Alan", "nobody", "Grace"));
      return client.await(NEWSLETTER, "newsletter/2026-12", Duration.ofMinutes(1));
    }
  }

  private static String send(String member) {
    if (member.equals("nobody")) {
      throw ActivityFailure.nonRetryable("there is no such address");
    }
    return member;
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
