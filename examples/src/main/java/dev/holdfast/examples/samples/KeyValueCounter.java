// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Event;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.InstanceValues;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Read, add, write, without a lock and without losing anything: the turns of an instance come one
 * after another, however many callers there are.
 */
public final class KeyValueCounter {

  static final Event<Integer> DEPOSIT = Event.named("deposit", Integer.class);

  static final Orchestration<Integer, Integer> ACCOUNT =
      Orchestration.named(
          "account",
          Integer.class,
          Integer.class,
          (ctx, deposits) -> {
            InstanceValues values = ctx.keyValues();
            for (int i = 0; i < deposits; i++) {
              int amount = ctx.event(DEPOSIT).await();
              Integer balance = values.get("balance", Integer.class);
              values.set("balance", (balance == null ? 0 : balance) + amount);
            }
            return deposits;
          });

  private KeyValueCounter() {}

  static String run(String url) throws Exception {
    try (Holdfast holdfast = Holdfast.builder(url).orchestration(ACCOUNT).start();
        ExecutorService callers = Executors.newFixedThreadPool(4)) {
      HoldfastClient client = holdfast.client();
      client.start(ACCOUNT, "account-1", 40);
      for (int i = 0; i < 4; i++) {
        callers.execute(() -> {
          for (int amount = 1; amount <= 10; amount++) {
            client.raise("account-1", DEPOSIT, amount);
          }
        });
      }
      int deposits = client.await(ACCOUNT, "account-1", Duration.ofMinutes(1));
      String balance = client.keyValue("account-1", "balance").orElseThrow().json();
      return deposits + " deposits, balance " + balance; // key-values outlive the instance
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
