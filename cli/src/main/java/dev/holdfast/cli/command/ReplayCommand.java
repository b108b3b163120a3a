// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.application.Application;
import dev.holdfast.cli.application.ApplicationOptions;
import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.Replay;
import dev.holdfast.streams.ReplayDebug;
import dev.holdfast.streams.Replayed;
import dev.holdfast.streams.Repository;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code replay}. */
@Command(
    name = "replay",
    description =
        "Shows the state of a stream, now or as it was. Without the application's code: the"
            + " snapshot and the events that its state is made of. Changes nothing. Returns 1 when"
            + " there is no such stream.",
    footer = {
      "",
      "A bound in time is by the store's clock; what was recorded at that moment belongs to it."
    })
final class ReplayCommand extends StoreCommand {

  @Parameters(index = "0", paramLabel = "CATEGORY", description = "the category of the stream")
  private String category = "";

  @Parameters(index = "1", paramLabel = "ID", description = "its id")
  private String id = "";

  @Option(
      names = "--until",
      paramLabel = "BOUND",
      description =
          "up to this version (7), or up to this moment: 2h (ago), 2026-01-31, 2026-01-31T18:00;"
              + " all of it when not given")
  private @Nullable String until;

  @Option(names = "--no-snapshots", description = "begin at the first event")
  private boolean withoutSnapshots;

  @Mixin private final ApplicationOptions code = new ApplicationOptions();

  @Mixin private final LimitOption limit = new LimitOption();

  ReplayCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    limit.check();
    if (code.tenant().isGiven() && !code.isGiven()) {
      throw Refusal.badInput(
          "--tenant goes with --app; else give the category as it is stored: ~TENANT~CATEGORY");
    }
  }

  @Override
  int run(Store store, Output output) {
    Bound bound = Bound.read(until, output.moments(), Instant.now());
    if (!code.isGiven()) {
      StreamId stream = new StreamId(category, id);
      return new StoredParts(store, stream, bound, withoutSnapshots).show(limit, output);
    }
    try (Application application = code.open(store)) {
      return replay(application.repository(category), bound, output);
    }
  }

  private <S, E> int replay(Repository<S, ?, E> repository, Bound bound, Output output) {
    // With debug no snapshot is taken.
    Replay<S, E> replay = repository.replay(id).debug();
    replay =
        switch (bound) {
          case Bound.Everything everything -> replay;
          case Bound.Version(long version) -> replay.until(version);
          case Bound.Moment(Instant time) -> replay.until(time);
        };
    Replayed<S, E> replayed = (withoutSnapshots ? replay.withoutSnapshots() : replay).run();
    show(replayed, repository.aggregate().writeState(replayed.state()), output);
    return ExitCode.OK;
  }

  private void show(Replayed<?, ?> replayed, Payload state, Output output) {
    ReplayDebug debug = Objects.requireNonNull(replayed.debug());
    if (output.isJson()) {
      ObjectNode object =
          JsonText.object()
              .put("category", category)
              .put("id", id)
              .put("version", replayed.version());
      JsonText.putOpaque(object, "state", state);
      object
          .put("complete", replayed.complete())
          .put("closed", replayed.closed())
          .put("parkedAt", replayed.parked() == null ? null : replayed.parked().version())
          .put("eventsRead", debug.eventsRead())
          .put("snapshotVersion", debug.snapshotVersion());
      output.object(object);
      return;
    }
    output.heading("%s/%s at version %d".formatted(category, id, replayed.version()));
    output.line("  state     " + output.opaque(state));
    output.line("  complete  " + (replayed.complete() ? "yes, nothing more is expected" : "no"));
    output.line("  closed    " + (replayed.closed() ? "yes, it stays so" : "no, it may go on"));
    output.line(
        "  read      %s, %s"
            .formatted(
                StreamRows.events(debug.eventsRead()),
                debug.snapshotVersion() == null
                    ? "no snapshot"
                    : "behind the snapshot of version " + debug.snapshotVersion()));
    if (replayed.parked() != null) {
      output.line(
          "  parked    from version %d on: the type %s is unknown to this code"
              .formatted(replayed.parked().version(), replayed.parked().type()));
    }
  }
}
