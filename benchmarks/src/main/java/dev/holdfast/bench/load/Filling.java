// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.stream.EventStreams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Puts much into a store before something is measured. */
public final class Filling {

  private static final int CHUNK = 500;
  private static final int EVENTS_PER_INSTANCE = 20;
  private static final int EVENTS_PER_STREAM = 10;
  private static final int EVENTS_PER_TURN = 1_000;
  private static final OrchestrationFetch FETCH =
      OrchestrationFetch.of(100, Duration.ofMinutes(10)).withInlineHistory(0);

  private Filling() {}

  /** Messages that become due after tomorrow. */
  public static void timers(Provider provider, Work work, long count) {
    for (long done = 0; done < count; done += CHUNK) {
      List<OrchestratorMessage> messages = new ArrayList<>(CHUNK);
      for (long i = done; i < Math.min(count, done + CHUNK); i++) {
        messages.add(
            Work.start(work.newId()).due(Due.in(Duration.ofDays(2).plusMillis(i))).build());
      }
      provider.enqueueAll(messages);
    }
  }

  /** Instances that have completed, with about so many events together. */
  public static void histories(Provider provider, Work work, long events) {
    long instances = Math.max(1, events / EVENTS_PER_INSTANCE);
    for (long done = 0; done < instances; done += CHUNK) {
      List<OrchestratorMessage> starts = new ArrayList<>(CHUNK);
      for (long i = done; i < Math.min(instances, done + CHUNK); i++) {
        starts.add(work.start());
      }
      provider.enqueueAll(starts);
      for (int ended = 0; ended < starts.size(); ) {
        List<OrchestrationItem> items = provider.fetchOrchestrationItems(FETCH);
        provider
            .ackOrchestrationItems(
                items.stream()
                    .map(item -> Work.append(item, EVENTS_PER_INSTANCE, ExecutionStatus.COMPLETED))
                    .toList())
            .forEach(Applied::check);
        ended += items.size();
      }
    }
  }

  /** One running instance with so many events; nothing else may be ready. */
  public static String history(Provider provider, Work work, int events) {
    String id = work.newId();
    provider.enqueue(Work.start(id).build());
    for (int done = 0; done < events; ) {
      if (done > 0) {
        provider.enqueue(Work.event(id));
      }
      int count = Math.min(EVENTS_PER_TURN, events - done);
      OrchestrationItem item = provider.fetchOrchestrationItems(FETCH).get(0);
      Applied.check(
          provider.ackOrchestrationItem(Work.append(item, count, ExecutionStatus.RUNNING)));
      done += count;
    }
    return id;
  }

  /** Streams with so many events together, of ten events each. */
  public static void log(Provider provider, Work work, long events) {
    EventStreams streams = StreamLoads.streams(provider);
    Changes changes = provider.capability(Changes.class).orElseThrow();
    long perCall = streams.limits().maxEventsPerAppend();
    for (long done = 0; done < events; done += perCall) {
      List<Change> appends = new ArrayList<>();
      for (long n = done; n < Math.min(events, done + perCall); n += EVENTS_PER_STREAM) {
        appends.add(
            new StreamWriter(work::newId, (int) Math.min(EVENTS_PER_STREAM, events - n), false)
                .next());
      }
      changes.apply(appends);
    }
  }
}
