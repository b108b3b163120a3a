// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.event.EventContext;
import dev.holdfast.streams.internal.ChainCheck;
import dev.holdfast.streams.internal.CommandRunner;
import dev.holdfast.streams.internal.Commands;
import dev.holdfast.streams.internal.Comparer;
import dev.holdfast.streams.internal.Folded;
import dev.holdfast.streams.internal.Invalidator;
import dev.holdfast.streams.internal.LoadResult;
import dev.holdfast.streams.internal.Replayer;
import dev.holdfast.streams.internal.Timeline;
import java.util.List;
import java.util.Objects;

/**
 * The streams of one aggregate. Made by {@link EventSourcing#repository}; keep it, since it
 * remembers states. Thread-safe.
 *
 * <p>What the store cannot do now is repeated for a while, five seconds unless set. Every method
 * throws {@link ProviderError} when the store fails for longer, and what the functions of the
 * aggregate throw, as it is.
 *
 * @param <S> the state
 * @param <C> the commands
 * @param <E> the events
 */
public final class Repository<S, C, E> {

  private final Commands<S, C, E> commands;
  private final CommandRunner<S, C, E> runner;
  private final EventContext context;

  Repository(Commands<S, C, E> commands, EventContext context) {
    this.commands = commands;
    runner = new CommandRunner<>(commands);
    this.context = context;
  }

  /** {@return the aggregate} */
  public Aggregate<S, C, E> aggregate() {
    return commands.aggregate();
  }

  /**
   * Returns the same streams in another context: what is executed there says so (ES-10).
   *
   * @param context the context
   * @return the repository in it
   */
  public Repository<S, C, E> in(EventContext context) {
    return new Repository<>(commands, context);
  }

  /**
   * Returns the stream of an id as the store has it: in a view of a tenant its category has the
   * tenant in it.
   *
   * @param id the id of the stream
   * @return the stream, which need not have events
   */
  public StreamId stream(String id) {
    return commands.stream(id);
  }

  /**
   * Loads the present state. What this repository knows is checked against the stream each time
   * (ES-07).
   *
   * @param id the id of the stream
   * @return the state; the initial one, at version 0, when there are no events
   * @throws ArchivedEventsException when events were archived that it needs (ES-17)
   * @throws dev.holdfast.streams.event.UnreadableEventException when one of the events cannot be
   *     read (ES-08)
   * @throws dev.holdfast.streams.event.UnknownEventTypeException when one is of a type that is not
   *     registered, and the aggregate says to fail (ES-09)
   */
  public Loaded<S> load(String id) {
    Folded<S> folded = commands.load(stream(id)).folded();
    return new Loaded<>(
        folded.state(), folded.version(), aggregate().isComplete(folded.state()), folded.parked());
  }

  /**
   * Executes a command: loads, decides, appends. When others were faster it reads what is new and
   * decides again (ES-02).
   *
   * @param id the id of the stream
   * @param command the command
   * @return what it has led to; without events nothing is appended
   * @throws ConflictException when others were faster as often as it may be decided
   * @throws ParkedStreamException when the stream is set aside (ES-09)
   */
  public Executed<S, E> execute(String id, C command) {
    return runner.execute(stream(id), null, command, context);
  }

  /**
   * Executes a command once: executing it again answers the first outcome without a second effect,
   * from wherever and for ever (ES-03). A command without events leaves no trace, and is decided
   * again.
   *
   * @param id the id of the stream
   * @param commandId the id of the command, which comes from its cause and never from a clock
   * @param command the command
   * @return what it has led to, now or the first time
   * @throws ConflictException when others were faster as often as it may be decided
   * @throws ParkedStreamException when the stream is set aside (ES-09)
   * @throws ArchivedEventsException when it was executed before and its events were archived
   */
  public Executed<S, E> execute(String id, String commandId, C command) {
    Objects.requireNonNull(commandId, "commandId");
    return runner.execute(stream(id), commandId, command, context);
  }

  /**
   * Describes a replay: a look at the stream as it was (ES-13).
   *
   * @param id the id of the stream
   * @return the replay; {@link Replay#run} does it
   */
  public Replay<S, E> replay(String id) {
    return new Replay<>(new Replayer<>(commands), stream(id), Replayer.Options.NONE);
  }

  /**
   * Takes a snapshot now (ES-06).
   *
   * @param id the id of the stream
   * @return the version that it is of; the next replay begins there
   * @throws NoSuchStreamException when the stream has no events
   * @throws ParkedStreamException when the stream is set aside (ES-09)
   * @throws ProviderError.NotSupported when the store has no snapshots
   */
  public long snapshot(String id) {
    Snapshots snapshots = commands.store().snapshots();
    if (snapshots == null) {
      throw new ProviderError.NotSupported("snapshot", Feature.SNAPSHOTS);
    }
    LoadResult<S> loaded = commands.load(stream(id));
    Folded<S> folded = loaded.folded();
    StreamId seen = commands.store().tenant().seen(folded.stream());
    if (loaded.lastVersion() == 0) {
      throw new NoSuchStreamException(seen);
    }
    if (folded.parked() != null) {
      throw new ParkedStreamException(seen, folded.parked());
    }
    commands.putSnapshot(snapshots, folded);
    return folded.version();
  }

  /**
   * Says that an event does not count any more, by an event of its own; nothing that is stored is
   * changed (ES-11). Loads and replays leave it out from then on, those up to an earlier version do
   * not. It cannot be taken back.
   *
   * @param id the id of the stream
   * @param version the version of the event
   * @param reason why, for people
   * @return whether it counted until now
   * @throws NoSuchStreamException when the stream has no events
   * @throws IllegalArgumentException when it has no such version, or that one invalidates another
   * @throws ArchivedEventsException when the event was archived and there is no archive to read
   *     from
   */
  public boolean invalidate(String id, long version, String reason) {
    return new Invalidator(commands.store(), aggregate().isHashChain())
        .invalidate(stream(id), version, reason, context);
  }

  /**
   * Follows the hashes of a stream whose aggregate is a {@link Aggregate.Builder#hashChain}
   * (ES-12).
   *
   * @param id the id of the stream
   * @return whether all events fit, and else the first that does not
   * @throws NoSuchStreamException when the stream has no events
   */
  public ChainReport verifyChain(String id) {
    return new ChainCheck(commands.store()).check(stream(id));
  }

  /**
   * Lists the events of a stream, for people: those that do not count any more too.
   *
   * @param id the id of the stream
   * @return all events that are there, in memory; none for a stream without events
   */
  public List<TimelineEntry<E>> timeline(String id) {
    return new Timeline<>(commands.store(), aggregate().events()).of(stream(id));
  }

  /**
   * Compares what is stored of a stream with what another meaning of its events gives. Writes
   * nothing (ES-19).
   *
   * @param id the id of the stream
   * @param corrected what an event makes of a state
   * @return what would differ
   * @throws NoSuchStreamException when the stream has no events
   */
  public Comparison compare(String id, Evolve<S, E> corrected) {
    return new Comparer<>(commands, corrected).compare(stream(id));
  }

  /**
   * Compares all streams of the aggregate, as {@link #compare} does one.
   *
   * @param corrected what an event makes of a state
   * @return what would differ
   */
  public Comparison compareAll(Evolve<S, E> corrected) {
    return new Comparer<>(commands, corrected).compareAll();
  }

  /**
   * {@return the parts of which this is made, for the library's other packages; their types are not
   * exported}
   */
  public Commands<S, C, E> commands() {
    return commands;
  }
}
