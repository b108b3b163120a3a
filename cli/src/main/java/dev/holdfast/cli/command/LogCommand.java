// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.StreamEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code log}. */
@Command(
    name = "log",
    description =
        "Lists the events of all streams, in the one order that they have in the store. Returns 1"
            + " when there are none.",
    footer = {
      "",
      "To go on behind a list, give --from the last position in it; backwards its event comes"
          + " again. With --follow each event is a"
          + " line as soon as it may be read; an interrupt (Ctrl-C) ends that."
    })
final class LogCommand extends StoreCommand {

  @Option(
      names = "--from",
      paramLabel = "POSITION",
      description =
          "only events behind this position, such as 17.0, or backwards the event at it and those"
              + " before; the beginning of the log when not given, or backwards its end")
  private @Nullable String from;

  @Option(names = "--backwards", description = "the newest event first")
  private boolean backwards;

  @Option(
      names = "--follow",
      description =
          "wait for new events, and go on until interrupted or --limit is reached, if given; begins"
              + " at the end of the log without --from and --since")
  private boolean follow;

  @Mixin private final LogFilterOptions filters = new LogFilterOptions();

  @Mixin private final LimitOption limit = new LimitOption();

  private boolean archivedIsNoted;

  LogCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    limit.check();
    if (follow && backwards) {
      throw Refusal.badInput("--follow goes forwards; leave out --backwards");
    }
    if (follow && filters.isBounded()) {
      throw Refusal.badInput("--follow has no end; leave out --until");
    }
    position();
  }

  private @Nullable LogPosition position() {
    try {
      return from == null ? null : LogPosition.parse(from);
    } catch (InvalidRequest e) {
      throw Refusal.badInput(
          "--from is \"%s\"; give a position as lists show it, such as 17.0".formatted(from));
    }
  }

  @Override
  int run(Store store, Output output) {
    EventStreams streams = store.eventStreams();
    LogFilter filter = filters.filter(output.moments());
    return follow ? follow(streams, filter, output) : list(store, streams, filter, output);
  }

  private int list(Store store, EventStreams streams, LogFilter filter, Output output) {
    LogPosition begin = begin(streams, backwards);
    int largest = streams.limits().maxPageSize();
    Direction direction = backwards ? Direction.BACKWARDS : Direction.FORWARDS;
    Table table = new Table("POSITION", "RECORDED", "STREAM", ">VERSION", "TYPE", "TAGS", "DATA");
    return limit.list(
        store,
        output,
        table,
        "no such event in the log",
        (most, next) -> {
          LogPage page =
              streams.readLog(
                  new LogRead(
                      next == null ? begin : LogPosition.parse(next),
                      filter,
                      direction,
                      Math.min(most, largest),
                      Duration.ZERO));
          noteArchived(page, output);
          page.events().forEach(event -> add(table, event, output));
          return new LimitOption.Shown(
              page.events().size(), page.atEnd() ? null : page.next().toString());
        });
  }

  private int follow(EventStreams streams, LogFilter filter, Output output) {
    LogFollower follower =
        new LogFollower(streams, filter, limit.rowsIfGiven(), begin(streams, !filters.isSince()));
    try {
      follower.follow(page -> {
        noteArchived(page, output);
        page.events().forEach(event -> show(event, output));
        // Nothing more comes of what nobody reads.
        return !surroundings().out().checkError();
      });
    } catch (ProviderError e) {
      output.note("read up to %s; --from %1$s goes on there".formatted(follower.reached()));
      throw e;
    }
    return ExitCode.OK;
  }

  private LogPosition begin(EventStreams streams, boolean atEnd) {
    LogPosition given = position();
    if (given != null) {
      return given;
    }
    return atEnd ? streams.head().position() : LogPosition.START;
  }

  private void noteArchived(LogPage page, Output output) {
    if (page.archivedThrough() != null && !archivedIsNoted) {
      archivedIsNoted = true;
      output.note("events up to %s may be missing: archived".formatted(page.archivedThrough()));
    }
  }

  private static void add(Table table, StreamEvent event, Output output) {
    if (output.isJson()) {
      output.object(StreamRows.json(event));
      return;
    }
    table.row(
        event.position(),
        output.time(event.recordedAt()),
        event.stream(),
        event.version(),
        event.content().type(),
        StreamRows.tags(event.content()),
        output.opaque(event.content().data()));
  }

  /** Shows an event by itself: what the columns of those to come need is not known yet. */
  private static void show(StreamEvent event, Output output) {
    if (output.isJson()) {
      output.object(StreamRows.json(event));
      return;
    }
    output.line(
        "%s  %s  %s  %d  %s  %s"
            .formatted(
                event.position(),
                output.time(event.recordedAt()),
                event.stream(),
                event.version(),
                event.content().type(),
                output.opaque(event.content().data())));
  }
}
