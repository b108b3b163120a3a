// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamPage;
import dev.holdfast.streams.ChainReport;
import dev.holdfast.streams.NoSuchStreamException;
import dev.holdfast.streams.event.EventMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Follows the hashes of a stream. The first event that is there vouches for what was archived
 * before it. Thread-safe.
 */
public final class ChainCheck {

  private final StoreAccess store;

  /** Checks streams of a store. */
  public ChainCheck(StoreAccess store) {
    this.store = store;
  }

  /** Follows the hashes to the end, or to the first event that does not fit. */
  public ChainReport check(StreamId stream) {
    StreamPage page = page(stream, 1);
    if (page.lastVersion() == 0) {
      throw new NoSuchStreamException(store.tenant().seen(stream));
    }
    long first = page.firstVersion();
    long next = first;
    String previous = null;
    page = first > 1 ? page(stream, first) : page;
    if (first > 1 && !page.events().isEmpty()) {
      previous =
          EventMetadata.read(page.events().getFirst().content().metadata())
              .get(EventMetadata.PREVIOUS_HASH);
    }
    while (true) {
      for (StreamEvent event : page.events()) {
        String problem =
            event.version() == next ? HashChain.flaw(event, previous) : "it is missing";
        if (problem != null) {
          return broken(first, next, problem);
        }
        previous = HashChain.of(event.content());
        next++;
      }
      if (page.complete()) {
        return next == page.lastVersion() + 1
            ? new ChainReport(next - first, null, null)
            : broken(first, next, "it is missing");
      }
      page = page(stream, next);
    }
  }

  private static ChainReport broken(long first, long at, @Nullable String problem) {
    return new ChainReport(at - first, at, problem);
  }

  private StreamPage page(StreamId stream, long from) {
    return store.call(s -> s.readStream(stream, from, Direction.FORWARDS, store.pageSize()));
  }
}
