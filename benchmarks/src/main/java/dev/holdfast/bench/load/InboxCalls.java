// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.bench.measure.Caller;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.NewInboxMessage;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** A caller that appends a message to its inbox, fetches it and consumes it. Used by one thread. */
final class InboxCalls implements Caller {

  private static final Duration LOCK = Duration.ofMinutes(10);

  private final DurableInbox inbox;
  private final InboxKey key;
  private final Latencies latencies;
  private long messages;

  private InboxCalls(DurableInbox inbox, InboxKey key, Latencies latencies) {
    this.inbox = inbox;
    this.key = key;
    this.latencies = latencies;
  }

  static List<Caller> prepare(Provider provider, Work work, int callers, Latencies latencies) {
    DurableInbox inbox = provider.capability(DurableInbox.class).orElseThrow();
    return IntStream.range(0, callers)
        .<Caller>mapToObj(
            n -> new InboxCalls(inbox, new InboxKey(work.newId(), "step", "input"), latencies))
        .toList();
  }

  @Override
  public int step() {
    AppendInbox append =
        new AppendInbox(key, NewInboxMessage.of("message-" + ++messages, Work.PAYLOAD));
    latencies.time("append", () -> inbox.append(append));
    InboxItem item = latencies.time("fetch", () -> inbox.fetch(key, 1, LOCK)).get(0);
    latencies.time("consume", () -> inbox.consume(ConsumeInbox.of(item)));
    return 1;
  }
}
