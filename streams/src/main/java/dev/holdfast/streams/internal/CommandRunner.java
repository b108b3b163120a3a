// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.ArchivedEventsException;
import dev.holdfast.streams.ConflictException;
import dev.holdfast.streams.Executed;
import dev.holdfast.streams.event.EncodedEvent;
import dev.holdfast.streams.event.EventContext;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Executes commands: load, decide, append; when others were faster, read what is newer and decide
 * again (ES-02). A command with an id has its effect once (ES-03). Thread-safe.
 *
 * @param <S> the state
 * @param <C> the commands
 * @param <E> the events
 */
public final class CommandRunner<S, C, E> {

  private final Commands<S, C, E> commands;
  private final StoreAccess store;
  private final FirstOutcome outcomes;

  /** Executes commands with these parts. */
  public CommandRunner(Commands<S, C, E> commands) {
    this.commands = commands;
    store = commands.store();
    outcomes = new FirstOutcome(store);
  }

  /**
   * Executes a command.
   *
   * @param commandId recognises a repeat, null for a command that is never repeated
   */
  public Executed<S, E> execute(
      StreamId stream, @Nullable String commandId, C command, EventContext context) {
    return Spans.around(
        store.spans(),
        store.tenant().seen(stream),
        () -> executed(stream, commandId, command, context),
        executed -> executed.appended() != null && !executed.repeated());
  }

  private Executed<S, E> executed(
      StreamId stream, @Nullable String commandId, C command, EventContext context) {
    long start = System.nanoTime();
    String key = commandId == null ? UUID.randomUUID().toString() : commandId;
    Folded<S> seen = commands.load(stream).folded();
    long newer = 0;
    for (int retries = 0; ; retries++) {
      Decision<S, E> decision;
      try {
        long micros = (System.nanoTime() - start) / 1_000;
        decision = commands.decide(seen, command, key, context, micros, retries);
      } catch (RuntimeException e) {
        return orEarlier(stream, commandId, retries, newer, e);
      }
      if (decision.append() == null) {
        Executed<S, E> earlier = earlier(stream, commandId, retries, newer);
        return earlier == null ? nothing(seen, context, retries, newer) : earlier;
      }
      try {
        Appended appended = append(decision.append());
        if (appended.firstVersion() == seen.version() + 1) {
          return applied(decision, appended, commandId, retries, newer);
        }
        return required(stream, key, retries, newer);
      } catch (ProviderError.IdempotencyMismatch e) {
        return required(stream, key, retries, newer);
      } catch (ProviderError.VersionConflict e) {
        if (retries + 1 >= store.settings().maxAttempts() || !Patience.backOff(retries)) {
          throw new ConflictException(store.tenant().seen(stream), retries + 1, e);
        }
      }
      LoadResult<S> caughtUp = commands.catchUp(seen);
      newer += caughtUp.eventsRead() + caughtUp.eventsReadBefore();
      seen = caughtUp.folded();
    }
  }

  private Appended append(AppendEvents append) {
    return store.append(append);
  }

  private Executed<S, E> nothing(Folded<S> seen, EventContext context, int retries, long newer) {
    return new Executed<>(
        seen.state(), seen.version(), List.of(), null, context, false, retries, newer);
  }

  private Executed<S, E> applied(
      Decision<S, E> decision,
      Appended appended,
      @Nullable String commandId,
      int retries,
      long newer) {
    commands.applied(decision);
    AppendEvents append = Objects.requireNonNull(decision.append());
    return new Executed<>(
        decision.after().state(),
        decision.after().version(),
        decision.events(),
        appended,
        EventContext.causedBy(append.events().getLast()),
        // Without an id only this call itself can have been before, with an answer that was lost.
        appended.repeated() && commandId != null,
        retries,
        newer);
  }

  private Executed<S, E> orEarlier(
      StreamId stream, @Nullable String commandId, int retries, long newer, RuntimeException e) {
    Executed<S, E> earlier = earlier(stream, commandId, retries, newer);
    if (earlier == null) {
      throw e;
    }
    return earlier;
  }

  private Executed<S, E> required(StreamId stream, String key, int retries, long newer) {
    Executed<S, E> earlier = earlier(stream, key, retries, newer);
    if (earlier == null) {
      throw new ArchivedEventsException(
          store.tenant().seen(stream),
          "command %s was executed before, and its events were archived; give the archive to read them from"
              .formatted(key));
    }
    return earlier;
  }

  /** What the command has led to before; null when it was not executed. */
  private @Nullable Executed<S, E> earlier(
      StreamId stream, @Nullable String commandId, int retries, long newer) {
    List<StreamEvent> events = commandId == null ? List.of() : outcomes.of(stream, commandId);
    if (events.isEmpty()) {
      return null;
    }
    StreamEvent first = events.getFirst();
    StreamEvent last = events.getLast();
    Folded<S> then =
        commands
            .loader()
            .load(stream, new LoadRequest<>(last.version(), true, store.pageSize(), null, null))
            .folded();
    Appended appended =
        new Appended(
            store.tenant().seen(stream),
            first.version(),
            last.version(),
            first.position(),
            last.position(),
            first.recordedAt(),
            true);
    return new Executed<>(
        then.state(),
        then.version(),
        events.stream().flatMap(event -> read(event).stream()).toList(),
        appended,
        EventContext.causedBy(last.content()),
        true,
        retries,
        newer);
  }

  private Optional<E> read(StreamEvent event) {
    return commands
        .aggregate()
        .events()
        .decode(
            new EncodedEvent(
                event.content().type(), event.content().schemaVersion(), event.content().data()));
  }
}
