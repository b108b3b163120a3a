// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a handle remembers of its filtered fetches from one queue, filter by filter. Nothing of it
 * is stored, so that fetches with a filter add no cost to those without. Thread-safe.
 *
 * @param <F> a filter
 */
public final class Memory<F> {

  /** A handle has one worker as a rule, whose code is always the same. */
  private static final int MOST_FILTERS = 64;

  private final Map<F, Noted> notes = new LinkedHashMap<>();
  private long looks;

  private record Noted(long look, PassedBy passedBy) {}

  /** {@return what is remembered; null when there is no filter} */
  synchronized @Nullable PassedBy of(@Nullable F filter) {
    if (filter == null) {
      return null;
    }
    Noted noted = notes.get(filter);
    return noted == null ? PassedBy.nothing() : noted.passedBy();
  }

  /** {@return the number of a poll that begins; called inside its transaction} */
  synchronized long nextLook() {
    return ++looks;
  }

  /** Keeps what a poll has found out, once it is committed, unless a later poll was faster. */
  synchronized void keep(F filter, long look, PassedBy passedBy) {
    Noted before = notes.get(filter);
    if (before == null || before.look() < look) {
      notes.put(filter, new Noted(look, passedBy));
    }
    if (notes.size() > MOST_FILTERS) {
      notes.remove(notes.keySet().iterator().next());
    }
  }
}
