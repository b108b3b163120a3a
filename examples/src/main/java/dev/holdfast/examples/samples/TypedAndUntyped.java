// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Values are JSON: code with types and code without them can call each other by name. Here the
 * caller knows neither the classes of the input nor those of the output.
 */
public final class TypedAndUntyped {

  record Basket(String item, int count) {}

  record Bill(String item, int cents) {}

  static final Activity<String, Integer> PRICE =
      Activity.named("shop.price", String.class, Integer.class);

  /** The same activity, as code without types calls it. */
  static final Activity<Object, Object> UNTYPED_PRICE =
      Activity.named("shop.price", Object.class, Object.class);

  static final Orchestration<Basket, Bill> CHECKOUT =
      Orchestration.named(
          "checkout",
          Basket.class,
          Bill.class,
          (ctx, basket) ->
              new Bill(basket.item(), ctx.call(PRICE, basket.item()).await() * basket.count()));

  /** Calls an activity and a child by their names, and hands on what they answer. */
  static final Orchestration<Object, Object> SCRIPT =
      Orchestration.named(
          "checkout-script",
          Object.class,
          Object.class,
          (ctx, basket) -> {
            Object price = ctx.call(UNTYPED_PRICE, "pen").await();
            Orchestration<Object, Object> checkout =
                Orchestration.reference("checkout", Object.class, Object.class);
            return List.of(price, ctx.child(checkout, basket).await());
          });

  private TypedAndUntyped() {}

  static String run(String url) throws Exception {
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .activity(PRICE, (context, item) -> item.equals("pen") ? 120 : 1_990)
            .orchestration(CHECKOUT)
            .orchestration(SCRIPT)
            .start()) {
      HoldfastClient client = holdfast.client();
      client.start(SCRIPT, "checkout-1", Map.of("item", "book", "count", 2));
      return "answer: " + client.await(SCRIPT, "checkout-1", Duration.ofMinutes(1));
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
