// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

import dev.holdfast.examples.demo.Finding;
import dev.holdfast.examples.demo.Finding.Kind;
import dev.holdfast.examples.postings.flow.Feeds;
import dev.holdfast.examples.postings.flow.Feeds.Feed;
import dev.holdfast.examples.postings.flow.Feeds.PostingEnded;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.ReplayDebug;
import dev.holdfast.streams.Replayed;
import dev.holdfast.streams.Repository;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * Whether the states of feeds are the same with snapshots and without.
 *
 * @param streams how many feeds were replayed
 * @param fromSnapshot how many of these replays began from a snapshot
 * @param eventsRead how many events they read
 * @param eventsInAll how many events there are
 * @param findings where the states differ
 */
record Replays(
    int streams, int fromSnapshot, long eventsRead, long eventsInAll, List<Finding> findings) {

  static Replays of(EventSourcing events, Collection<String> feeds) {
    Repository<Feed, PostingEnded, PostingEnded> repository =
        events.repository(Feeds.FEEDS.aggregate());
    int fromSnapshot = 0;
    long read = 0;
    long all = 0;
    List<Finding> findings = new ArrayList<>();
    for (String feed : feeds) {
      Replayed<Feed, PostingEnded> quick = repository.replay(feed).debug().run();
      Replayed<Feed, PostingEnded> whole =
          repository.replay(feed).withoutSnapshots().debug().run();
      ReplayDebug debug = Objects.requireNonNull(quick.debug());
      Long snapshot = debug.snapshotVersion();
      fromSnapshot += snapshot == null ? 0 : 1;
      read += debug.eventsRead();
      all += whole.version();
      if (!quick.state().equals(whole.state())
          || quick.version() != whole.version()
          || (snapshot == null ? 0 : snapshot) + debug.eventsRead() != quick.version()) {
        findings.add(
            new Finding(
                Kind.WRONG,
                feed,
                "is %s from the snapshot of version %s and %d events, and %s without"
                    .formatted(quick.state(), snapshot, debug.eventsRead(), whole.state())));
      }
    }
    return new Replays(feeds.size(), fromSnapshot, read, all, List.copyOf(findings));
  }
}
