// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFacts;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.internal.Commands;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Finds out how an entry stands, from what the store has of its queue, its stream and its dead
 * letters. Thread-safe.
 */
final class StatusReader {

  private final Provider provider;
  private final EventStreams streams;
  private final Commands<?, ?, ?> commands;

  StatusReader(Provider provider, Commands<?, ?, ?> commands) {
    this.provider = provider;
    this.commands = commands;
    streams = commands.store().streams();
  }

  List<DeadLetter> deadLetters(StreamId stream) {
    List<DeadLetter> letters = new ArrayList<>();
    for (DeadLetters.Dead dead : DeadLetters.read(streams, stream).all()) {
      if (dead.isDead()) {
        letters.add(dead.letter());
      }
    }
    return letters;
  }

  boolean isIdle(StreamId stream) {
    if (!provider.info().declares(Feature.INSTANCE_ADMIN)) {
      throw new ProviderError.NotSupported("isIdle", Feature.INSTANCE_ADMIN);
    }
    InstanceFacts facts = facts(stream);
    return facts == null || facts.waitingMessages() == 0;
  }

  EntryStatus read(StreamId stream, String id) {
    // First what may be on its way: what leaves the queue meanwhile is found where it went.
    InstanceFacts facts = facts(stream);
    EntryStatus found = found(stream, id);
    if (found != null) {
      return found;
    }
    if (facts == null) {
      return provider.info().declares(Feature.INSTANCE_ADMIN)
          ? new EntryStatus.Unknown()
          : new EntryStatus.Pending();
    }
    if (facts.waitingMessages() == 0) {
      return new EntryStatus.Unknown();
    }
    return facts.lock() == null ? new EntryStatus.Pending() : new EntryStatus.Processing();
  }

  private @Nullable InstanceFacts facts(StreamId stream) {
    try {
      return provider
          .capability(InstanceAdmin.class)
          .map(admin -> admin.facts(QueueNames.instance(stream)))
          .orElse(null);
    } catch (ProviderError.NotFound e) {
      return null;
    }
  }

  /** Looks at the history twice: an entry may leave it for the stream, and come back. */
  private @Nullable EntryStatus found(StreamId stream, String id) {
    EntryStatus noted = noted(stream, id);
    if (noted != null) {
      return noted;
    }
    Long version = commands.lastVersion(stream, id);
    if (version != null) {
      return new EntryStatus.Completed(version);
    }
    DeadLetters.Dead dead = DeadLetters.read(streams, stream).get(id);
    if (dead == null) {
      return null;
    }
    if (dead.isDead()) {
      return new EntryStatus.Dead(dead.letter().attempts(), dead.letter().error());
    }
    return dead.state().equals(DeadLetters.DROPPED) ? new EntryStatus.Dropped() : noted(stream, id);
  }

  /** What the histories of the queue say of an entry that is not over, or came to nothing. */
  private @Nullable EntryStatus noted(StreamId stream, String id) {
    String instance = QueueNames.instance(stream);
    OptionalLong latest = provider.latestExecutionId(instance);
    for (long execution = latest.orElse(0); execution > 0; execution--) {
      long read = execution;
      Journal journal =
          Journal.of(
              provider.readHistory(instance, read, 0, Journal.PAGE),
              (after, limit) -> provider.readHistory(instance, read, after, limit));
      Journal.Waiting waiting = journal.waiting(id);
      if (waiting != null) {
        return waiting.error() == null || waiting.nextAt() == null
            ? new EntryStatus.Pending()
            : new EntryStatus.Retrying(waiting.attempts(), waiting.error(), waiting.nextAt());
      }
      JournalEvent.How how = journal.settled(id);
      if (how != null) {
        return switch (how) {
          case NOTHING -> new EntryStatus.Completed(null);
          case DROPPED -> new EntryStatus.Dropped();
          case APPENDED, DEAD -> null; // it says so where it stands
        };
      }
    }
    return null;
  }
}
