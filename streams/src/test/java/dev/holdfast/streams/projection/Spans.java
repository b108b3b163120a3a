// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.worker.tracing.Traced;
import dev.holdfast.worker.tracing.Tracing;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Traces into memory. A context is the number of a span. */
final class Spans implements Tracing {

  /** A span that has ended. */
  record Ended(String context, @Nullable String parent, Traced what) {}

  private static final ThreadLocal<@Nullable String> CURRENT = new ThreadLocal<>();

  private final AtomicInteger numbers = new AtomicInteger();
  private final List<Ended> ended = new CopyOnWriteArrayList<>();

  List<Ended> ended() {
    return List.copyOf(ended);
  }

  List<Ended> appends() {
    return ended.stream().filter(one -> one.what() instanceof Traced.Append).toList();
  }

  List<Ended> folds() {
    return ended.stream().filter(one -> one.what() instanceof Traced.Fold).toList();
  }

  @Override
  public @Nullable String current() {
    return CURRENT.get();
  }

  @Override
  public Span begin(Traced what, @Nullable String parent) {
    String context = "s" + numbers.incrementAndGet();
    String within = parent == null && what instanceof Traced.Append ? CURRENT.get() : parent;
    return new Span() {
      @Override
      public String context() {
        return context;
      }

      @Override
      public String traceId() {
        return "t";
      }

      @Override
      public Scope enter() {
        String before = CURRENT.get();
        CURRENT.set(context);
        return () -> CURRENT.set(before);
      }

      @Override
      public void end(@Nullable String error) {
        ended.add(new Ended(context, within, what));
      }

      @Override
      public void discard() {}
    };
  }
}
