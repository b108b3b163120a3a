// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityContext;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.TypeRef;
import java.time.Duration;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The application of the tests: an orchestration, an activity as a method and one as a bean. */
@Configuration(proxyBeanMethods = false)
class Orders {

  record Order(String id, List<String> articles) {}

  /** The input is generic: its type must be that of the method's parameter. */
  static final Activity<List<Order>, Integer> COUNT =
      Activity.named("count", new TypeRef<List<Order>>() {}, new TypeRef<Integer>() {});

  static final Activity<Integer, String> LABEL =
      Activity.named("label", Integer.class, String.class);

  static final Orchestration<Order, String> PROCESS =
      Orchestration.named(
          "process",
          Order.class,
          String.class,
          (ctx, order) -> {
            int articles = ctx.call(COUNT, List.of(order)).await();
            ctx.timer(Duration.ofMillis(order.articles().isEmpty() ? 3_600_000 : 1)).await();
            return ctx.call(LABEL, articles).await();
          });

  @Bean
  Orchestration<Order, String> process() {
    return PROCESS;
  }

  @Bean
  Warehouse warehouse(HoldfastClient client) {
    return new Warehouse(client);
  }

  @Bean
  ActivityBean<Integer, String> label() {
    return new ActivityBean<>(LABEL, (context, articles) -> articles + " articles");
  }

  /** Needs the client, which is there before the worker that needs this. */
  static class Warehouse {

    private final HoldfastClient client;

    Warehouse(HoldfastClient client) {
      this.client = client;
    }

    @HoldfastActivity("count")
    int count(ActivityContext context, List<Order> orders) {
      client.status(context.instanceId());
      return orders.stream().mapToInt(order -> order.articles().size()).sum();
    }
  }
}
