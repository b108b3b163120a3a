// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Appends for one stream after the other, each with the version that its writer has seen, so that
 * each must be applied. An event has a type, ids and a tag, five labels in all. Used by one thread
 * at a time.
 */
final class StreamWriter {

  static final String CATEGORY = "bench-category";

  /** So many appends has a stream, then comes the next. */
  private static final int APPENDS_PER_STREAM = 10;

  private static final int TYPES = 10;
  private static final int CUSTOMERS = 1_000;
  private static final Payload METADATA = Payload.utf8("m".repeat(60));

  private final Supplier<String> ids;
  private final int events;
  private final boolean keyed;
  private String id;
  private long written;

  /**
   * Makes appends.
   *
   * @param ids gives an id to each stream
   * @param events how many events an append has
   * @param keyed whether it has a key
   */
  StreamWriter(Supplier<String> ids, int events, boolean keyed) {
    this.ids = ids;
    this.events = events;
    this.keyed = keyed;
    this.id = ids.get();
  }

  /** The next append. */
  AppendEvents next() {
    if (written == APPENDS_PER_STREAM) {
      id = ids.get();
      written = 0;
    }
    AppendEvents append =
        new AppendEvents(
            new StreamId(CATEGORY, id),
            Expected.exactly(written * events),
            events(id, written * events, events),
            keyed ? "key-" + written : null);
    written++;
    return append;
  }

  /** The next append as the changes of a turn. */
  List<Change> nextChanges() {
    return List.of(next());
  }

  /** Events of a stream behind a version. */
  static List<NewEvent> events(String id, long behind, int count) {
    List<NewEvent> events = new ArrayList<>(count);
    for (long n = behind; n < behind + count; n++) {
      events.add(
          event(
              "bench-type-" + n % TYPES,
              id,
              "customer-" + Math.floorMod(id.hashCode() + n, CUSTOMERS)));
    }
    return events;
  }

  /** One event. */
  static NewEvent event(String type, String id, String customer) {
    return NewEvent.builder(type, Work.PAYLOAD)
        .metadata(METADATA)
        .correlationId(id)
        .tag("customer", customer)
        .build();
  }
}
