// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.EncodedValue;
import dev.holdfast.runtime.Event;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;

/** Requests come as messages, answers stand in key-values under the id of the request. */
public final class KeyValueAnswers {

  /** A question, under an id that whoever asks has chosen. */
  record Question(String id, int number) {}

  static final Event<Question> ASK = Event.named("ask", Question.class);
  static final Activity<Integer, Boolean> IS_PRIME =
      Activity.named("oracle.is-prime", Integer.class, Boolean.class);

  static final Orchestration<String, String> ORACLE =
      Orchestration.named(
          "oracle",
          String.class,
          String.class,
          (ctx, motto) -> {
            Question question = ctx.mailbox(ASK).next().await();
            boolean prime = ctx.call(IS_PRIME, question.number()).await();
            ctx.keyValues().set("answer/" + question.id(), prime);
            ctx.customStatus(question.id()); // wakes those who wait for an answer
            return ctx.continueAsNew(motto);
          });

  private KeyValueAnswers() {}

  static String run(String url) throws Exception {
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .activity(IS_PRIME, (context, n) -> IntStream.range(2, n).noneMatch(d -> n % d == 0))
            .orchestration(ORACLE)
            .start()) {
      HoldfastClient client = holdfast.client();
      client.start(ORACLE, "oracle-1", "ask me");
      String answers = "17: " + ask(client, "q-1", 17) + ", 18: " + ask(client, "q-2", 18);
      client.cancel("oracle-1", "nobody asks any more");
      return answers;
    }
  }

  private static Boolean ask(HoldfastClient client, String id, int number)
      throws InterruptedException {
    client.raise("oracle-1", ASK, new Question(id, number), id); // once, however often it is sent
    while (true) {
      long seen = client.customStatus("oracle-1").version(); // first, so that no change is missed
      Optional<EncodedValue> answer = client.keyValue("oracle-1", "answer/" + id);
      if (answer.isPresent()) {
        return Boolean.TRUE.equals(answer.get().decode(Boolean.class));
      }
      client.awaitCustomStatus("oracle-1", seen, Duration.ofMinutes(1));
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
