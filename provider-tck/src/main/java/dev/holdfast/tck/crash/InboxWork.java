// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxAppended;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.tck.words.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Messages from an inbox to another one, by several threads. The effect of a message is a message
 * of the other inbox, whose id says which delivery it is from.
 */
final class InboxWork {

  private static final int AT_ONCE = 2;

  private final Provider provider;
  private final DurableInbox inbox;
  private final Changes changes;
  private final Consumer<String> say;
  private final Duration lockFor;

  InboxWork(Provider provider, Consumer<String> say, Duration lockFor) {
    this.provider = provider;
    inbox = provider.capability(DurableInbox.class).orElseThrow();
    changes = provider.capability(Changes.class).orElseThrow();
    this.say = say;
    this.lockFor = lockFor;
  }

  private static InboxKey key(String runId) {
    return new InboxKey(runId, "step", "port");
  }

  private static Change append(String runId, String id) {
    return new AppendInbox(key(runId), NewInboxMessage.of(id, Payload.utf8("content of " + id)));
  }

  /** Locks a message. */
  void hold(String runId) {
    InboxItem item = inbox.fetch(key(runId), 1, lockFor).getFirst();
    say.accept("locked " + item.lockToken().epoch());
  }

  /** Works until the process is killed. */
  void work(String prefix) {
    List<Runnable> others =
        List.of(
            () -> append(prefix + "a"),
            () -> consume(prefix + "i"),
            () -> consume(prefix + "j"),
            this::cleanUp);
    others.forEach(other -> Thread.ofPlatform().daemon().start(other));
    append(prefix + "b");
  }

  private void append(String prefix) {
    for (int n = 0; ; n++) {
      String first = prefix + n;
      String second = first + "+";
      try {
        List<ChangeResult> results =
            changes.apply(List.of(append("in", first), append("in", second)));
        say.accept("appended " + first + " " + number(results.get(0)));
        say.accept("appended " + second + " " + number(results.get(1)));
      } catch (Retryable busy) {
        // The next pair then; this one may be there, whole.
      }
    }
  }

  private static long number(ChangeResult result) {
    return ((InboxAppended) result).sequence();
  }

  private void consume(String prefix) {
    for (int n = 0; ; n++) {
      try {
        provider.enqueue(Sample.start(prefix + n, Sample.NAME, Sample.VERSION));
        for (OrchestrationItem item :
            provider.fetchOrchestrationItems(OrchestrationFetch.of(1, lockFor))) {
          ack(item, inbox.fetch(key("in"), AT_ONCE, lockFor));
        }
      } catch (Retryable busy) {
        // What is locked comes again.
      }
    }
  }

  private void ack(OrchestrationItem item, List<InboxItem> messages) {
    List<Change> effects = new ArrayList<>();
    for (InboxItem message : messages) {
      InboxToken token = message.lockToken();
      effects.add(ConsumeInbox.of(message));
      effects.add(append("out", token.sequence() + "#" + token.epoch()));
    }
    AckResult result =
        provider.ackOrchestrationItem(
            OrchestrationAck.builder(item.lockToken(), item.executionId())
                .metadata(ExecutionMetadata.builder().name(Sample.NAME).build())
                .changes(effects)
                .build());
    if (result instanceof AckResult.Applied) {
      messages.forEach(message -> say.accept("consumed " + message.message().sequence()));
    }
  }

  private void cleanUp() {
    while (true) {
      try {
        inbox.cleanUp(key("in"), Long.MAX_VALUE, AT_ONCE);
        Thread.onSpinWait();
      } catch (Retryable busy) {
        // The next one then.
      }
    }
  }
}
