// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.worker.tracing.Traced;
import dev.holdfast.worker.tracing.Tracing;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Traces into memory. A context is the name of a trace and the number of a span. */
final class SpanRecords implements Tracing {

  /** A span that has ended. */
  record Ended(String context, @Nullable String parent, Traced what, @Nullable String error) {
    String name() {
      return what.getClass().getSimpleName().toUpperCase(Locale.ROOT) + " " + what.name();
    }
  }

  private static final ThreadLocal<@Nullable String> CURRENT = new ThreadLocal<>();

  private final AtomicInteger numbers = new AtomicInteger();
  private final List<Ended> ended = new CopyOnWriteArrayList<>();

  /** Whose trace starts belong to. */
  volatile String caller = "a";

  List<Ended> ended() {
    return List.copyOf(ended);
  }

  List<String> names() {
    return ended.stream().map(Ended::name).toList();
  }

  /** The only span of that name in a trace. */
  Ended only(String trace, String name) {
    List<Ended> found =
        ended.stream()
            .filter(one -> one.name().equals(name) && one.context().startsWith(trace + "/"))
            .toList();
    if (found.size() != 1) {
      throw new AssertionError(
          "of " + ended + " these are " + name + " in " + trace + ": " + found);
    }
    return found.getFirst();
  }

  @Override
  public @Nullable String current() {
    return CURRENT.get();
  }

  @Override
  public Span begin(Traced what, @Nullable String parent) {
    String within = what instanceof Traced.Start ? caller + "/0" : parent;
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
      public void discard() {}
    };
  }
}
