// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import dev.holdfast.runtime.internal.client.CompletionSignals.Ended;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The instances that this client has started lately, and how they ended as far as that was told. Of
 * these a caller knows that they had not ended when it started them. Bounded in number and bytes;
 * the oldest are forgotten first. Thread-safe.
 */
final class StartedHere {

  private static final int MOST = 10_000;
  private static final long MOST_BYTES = 8L * 1024 * 1024;

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private long bytes;

  private record Entry(@Nullable Ended ended) {
    long size() {
      return ended == null || ended.event() == null ? 0 : ended.event().data().size();
    }
  }

  /** A start of this instance is about to be stored. */
  synchronized void begin(String instanceId) {
    put(instanceId, new Entry(null));
  }

  /** The start was not stored by this client, so nothing is known of the instance. */
  synchronized void forget(String instanceId) {
    remove(instanceId);
  }

  /** Instances were deleted, whose ends must not be told to those who come later. */
  synchronized void forgetAll() {
    entries.clear();
    bytes = 0;
  }

  /** The instance had ended, and goes on. */
  synchronized void goesOn(String instanceId) {
    if (entries.containsKey(instanceId)) {
      put(instanceId, new Entry(null));
    }
  }

  /** The instance has ended. */
  synchronized void ended(String instanceId, Ended how) {
    if (entries.containsKey(instanceId)) {
      put(instanceId, new Entry(how));
    }
  }

  /** Whether the instance was started here, and may run or have ended since. */
  synchronized boolean has(String instanceId) {
    return entries.containsKey(instanceId);
  }

  /** How an instance that was started here has ended; null when that is not known. */
  synchronized @Nullable Ended end(String instanceId) {
    Entry entry = entries.get(instanceId);
    return entry == null ? null : entry.ended();
  }

  private void put(String instanceId, Entry entry) {
    remove(instanceId);
    entries.put(instanceId, entry);
    bytes += entry.size();
    Iterator<Entry> oldest = entries.values().iterator();
    while (entries.size() > MOST || bytes > MOST_BYTES) {
      bytes -= oldest.next().size();
      oldest.remove();
    }
  }

  private void remove(String instanceId) {
    Entry before = entries.remove(instanceId);
    if (before != null) {
      bytes -= before.size();
    }
  }
}
