// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.soak;

import dev.holdfast.runtime.ChildFailedException;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.OrchestrationContext;
import dev.holdfast.runtime.OrchestrationFunction;
import dev.holdfast.runtime.Saga;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/** The kinds of orchestrations: each takes a number, and its result and effects are known. */
enum Kind {
  /** Five activities in a row. */
  CHAIN(Kind::chain, 5),
  /** Ten activities, four at once. */
  FAN(Kind::fan, 10),
  /** Three children of two activities each; the children are of this kind's {@link #CHILD}. */
  FAMILY(Kind::family, 0),
  /** An event against a timer, then an activity that says which came first. */
  PATIENCE(Kind::patience, 1),
  /** Five executions, each continued as new after an activity. */
  COUNTER(Kind::counter, 5),
  /** Three steps of which the last one fails for good: the first two are undone. */
  UNDONE(Kind::undone, 5);

  static final String GO = "go";

  private static final int CHILDREN = 3;
  private static final int ROUNDS = 5;
  private static final int WIDTH = 10;
  private static final int AT_ONCE = 4;
  private static final int STEPS_OF_CHILD = 2;
  private static final Duration SOON = Duration.ofMillis(700);

  /** A child of a {@link #FAMILY}. */
  static final Orchestration<Long, Long> CHILD =
      Orchestration.named(
          "soak-child", Long.class, Long.class, (ctx, n) -> steps(ctx, n, STEPS_OF_CHILD));

  private final Orchestration<Long, Long> orchestration;
  private final int effects;

  Kind(OrchestrationFunction<Long, Long> code, int effects) {
    orchestration =
        Orchestration.named(
            "soak-" + name().toLowerCase(Locale.ROOT), Long.class, Long.class, code);
    this.effects = effects;
  }

  Orchestration<Long, Long> orchestration() {
    return orchestration;
  }

  /** How many effects an instance has itself. */
  int effects() {
    return effects;
  }

  /** How many children an instance has. */
  int children() {
    return this == FAMILY ? CHILDREN : 0;
  }

  /** How many effects a child has. */
  static int effectsOfChild() {
    return STEPS_OF_CHILD;
  }

  /** The id of a child, from 1. */
  static String child(String parent, int number) {
    return parent + "-child-" + number;
  }

  /** What an instance answers. */
  long expected(long n) {
    return switch (this) {
      case CHAIN -> n + 5;
      case FAN -> LongStream.range(0, WIDTH).map(i -> n + i + 1).sum();
      case FAMILY -> LongStream.rangeClosed(1, CHILDREN).map(i -> n + i + STEPS_OF_CHILD).sum();
      case PATIENCE, COUNTER -> n + (this == COUNTER ? ROUNDS : 1);
      case UNDONE -> -n;
    };
  }

  private static Long steps(OrchestrationContext ctx, Long n, int count) {
    Long value = n;
    for (int i = 0; i < count; i++) {
      value = ctx.call(Steps.ADD_ONE, value, Steps.RETRY).await();
    }
    return value;
  }

  private static Long chain(OrchestrationContext ctx, Long n) {
    return steps(ctx, n, 5);
  }

  private static Long fan(OrchestrationContext ctx, Long n) {
    List<Long> inputs = LongStream.range(0, WIDTH).mapToObj(i -> n + i).toList();
    return ctx.fanOut(inputs, AT_ONCE, each -> ctx.call(Steps.ADD_ONE, each, Steps.RETRY)).stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  private static Long family(OrchestrationContext ctx, Long n) {
    List<Integer> numbers = List.of(1, 2, 3);
    return ctx
        .fanOut(numbers, CHILDREN, i -> ctx.child(CHILD, child(ctx.instanceId(), i), n + i))
        .stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  private static Long patience(OrchestrationContext ctx, Long n) {
    int first = ctx.select(List.of(ctx.event(GO, Long.class), ctx.timer(SOON)));
    ctx.customStatus(first == 0 ? "went" : "waited");
    return ctx.call(Steps.ADD_ONE, n, Steps.RETRY).await();
  }

  private static Long counter(OrchestrationContext ctx, Long n) {
    Long next = ctx.call(Steps.ADD_ONE, n, Steps.RETRY).await();
    return ctx.executionId() == ROUNDS ? next : ctx.continueAsNew(next);
  }

  private static Long undone(OrchestrationContext ctx, Long n) {
    Saga saga = new Saga(ctx);
    try {
      for (long i = 0; i < 2; i++) {
        saga.step(
            () -> ctx.call(Steps.ADD_ONE, n, Steps.RETRY),
            done -> ctx.call(Steps.ADD_ONE, done, Steps.RETRY));
      }
      return ctx.call(Steps.REFUSE, n).await();
    } catch (dev.holdfast.runtime.ActivityFailedException | ChildFailedException e) {
      saga.compensate();
      return -n;
    }
  }
}
