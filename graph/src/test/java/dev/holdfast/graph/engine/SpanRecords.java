// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.worker.tracing.Traced;
import dev.holdfast.worker.tracing.Tracing;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Traces into memory. A context is the name of a trace and the number of a span. */
final class SpanRecords implements Tracing {

  /** A span that has ended. */
  record Ended(String context, @Nullable String parent, Traced what, @Nullable String error) {
    String name() {
      return what.getClass().getSimpleName().toUpperCase(Locale.ROOT) + " " + what.name();
    }

    private int number() {
      return Integer.parseInt(context.substring(context.indexOf('/') + 1));
    }
  }

  private static final ThreadLocal<@Nullable String> CURRENT = new ThreadLocal<>();

  private final AtomicInteger numbers = new AtomicInteger();
  private final List<Ended> ended = new CopyOnWriteArrayList<>();
  private final List<Traced> discarded = new CopyOnWriteArrayList<>();

  /** Whose trace starts belong to that are in no span. */
  volatile String caller = "a";

  /** What happens when a span begins. */
  volatile Consumer<Traced> atBegin = what -> {};

  List<Ended> ended() {
    return List.copyOf(ended);
  }

  List<Traced> discarded() {
    return List.copyOf(discarded);
  }

  List<String> names() {
    return ended.stream().map(Ended::name).toList();
  }

  /** The spans of that name, in the order in which they began. */
  List<Ended> all(String name) {
    return all(one -> one.name().equals(name));
  }

  /** The attempts of a step, in the order in which they began. */
  List<Ended> attempts(String stepId) {
    return all(one -> one.what() instanceof Traced.Step step && step.stepId().equals(stepId));
  }

  private List<Ended> all(Predicate<Ended> which) {
    return ended.stream().filter(which).sorted(Comparator.comparingInt(Ended::number)).toList();
  }

  @Override
  public @Nullable String current() {
    return CURRENT.get();
  }

  @Override
  public Span begin(Traced what, @Nullable String parent) {
    atBegin.accept(what);
    String around = CURRENT.get();
    String within =
        what instanceof Traced.Start ? (around == null ? caller + "/0" : around) : parent;
    String trace = within == null ? "none" : within.substring(0, within.indexOf('/'));
    String context = trace + "/" + numbers.incrementAndGet();
    return new Span() {
      @Override
      public String context() {
        return context;
      }

      @Override
      public String traceId() {
        return trace;
      }

      @Override
      public Scope enter() {
        String before = CURRENT.get();
        CURRENT.set(context);
        return () -> CURRENT.set(before);
      }

      @Override
      public void end(@Nullable String error) {
        ended.add(new Ended(context, within, what, error));
      }

      @Override
      public void discard() {
        discarded.add(what);
      }
    };
  }
}
