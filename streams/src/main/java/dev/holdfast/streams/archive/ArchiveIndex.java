// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.archive;

import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.streams.ArchivedRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Where archived events are, in the order of the log. Immutable.
 *
 * @param mark what the store said before the archive was looked at
 * @param places the places, ascending by position, each position once
 */
record ArchiveIndex(long mark, List<Place> places) {

  /** Where an event is. */
  record Place(LogPosition position, String segment, int line) {}

  static ArchiveIndex of(long mark, List<String> names, Function<String, Segment> segments) {
    List<Place> places = new ArrayList<>();
    Set<LogPosition> seen = new HashSet<>();
    for (String name : names) {
      if (Segment.bounds(name) != null) {
        List<StreamEvent> events = segments.apply(name).events();
        for (int line = 0; line < events.size(); line++) {
          LogPosition position = events.get(line).position();
          if (seen.add(position)) {
            places.add(new Place(position, name, line));
          }
        }
      }
    }
    places.sort(Comparator.comparing(Place::position));
    return new ArchiveIndex(mark, List.copyOf(places));
  }

  List<StreamEvent> read(ArchivedRange range, Function<String, Segment> segments) {
    List<StreamEvent> events = new ArrayList<>();
    for (int i = firstAfter(range.after());
        i < places.size()
            && events.size() < range.limit()
            && !places.get(i).position().isAfter(range.through());
        i++) {
      Place place = places.get(i);
      StreamEvent event = segments.apply(place.segment()).events().get(place.line());
      if (range.categories().isEmpty() || range.categories().contains(event.stream().category())) {
        events.add(event);
      }
    }
    return events;
  }

  private int firstAfter(LogPosition position) {
    int low = 0;
    int high = places.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (places.get(middle).position().isAfter(position)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
