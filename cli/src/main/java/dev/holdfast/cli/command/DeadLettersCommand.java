// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.application.TenantOption;
import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.queue.DeadLetter;
import dev.holdfast.streams.queue.QueueAdmin;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code dead-letters}. */
@Command(
    name = "dead-letters",
    description =
        "Lists the entries of queues that could not be processed and were set aside, has one"
            + " processed after all, or drops one. Returns 1 when there are none.",
    footer = {
      "",
      "What was decided happens when a worker has the queue. stream dead-letters ID shows what is"
          + " in them."
    })
final class DeadLettersCommand extends StoreCommand {

  @Parameters(
      arity = "0..1",
      index = "0",
      paramLabel = "CATEGORY",
      description = "only of this aggregate's queue: its category")
  private @Nullable String category;

  @Parameters(arity = "0..1", index = "1", paramLabel = "ID", description = "and its id")
  private @Nullable String id;

  @Option(
      names = "--redrive",
      paramLabel = "ENTRY",
      description = "have this entry processed after all, with all its attempts")
  private @Nullable String redrive;

  @Option(names = "--drop", paramLabel = "ENTRY", description = "drop this entry for good")
  private @Nullable String drop;

  @Mixin private final TenantOption tenant = new TenantOption();

  @Mixin private final Consent consent = new Consent();

  DeadLettersCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    if (category != null && id == null) {
      throw Refusal.badInput("give CATEGORY and ID of a queue, or neither for all");
    }
    if (redrive != null && drop != null) {
      throw Refusal.badInput("--redrive and --drop are two things; give one of them");
    }
    if ((redrive != null || drop != null) && id == null) {
      throw Refusal.badInput("--redrive and --drop need CATEGORY and ID of the queue");
    }
  }

  @Override
  int run(Store store, Output output) {
    StreamId stream = category == null || id == null ? null : new StreamId(category, id);
    try (EventSourcing events = tenant.library(store)) {
      QueueAdmin admin = QueueAdmin.on(events);
      if (stream != null && redrive != null) {
        return redrive(admin, stream, redrive, output);
      }
      if (stream != null && drop != null) {
        return drop(admin, stream, drop, output);
      }
      return list(stream == null ? admin.deadLetters() : admin.deadLetters(stream), output);
    }
  }

  private static int list(List<DeadLetter> letters, Output output) {
    if (letters.isEmpty()) {
      output.note("no dead letters");
      return ExitCode.NOTHING;
    }
    Table table = new Table("STREAM", "ENTRY", "TYPE", ">ATTEMPTS", "DIED", "ERROR");
    for (DeadLetter letter : letters) {
      if (output.isJson()) {
        output.object(
            StreamRows.stream(letter.stream())
                .put("entry", letter.id())
                .put("type", letter.type())
                .put("attempts", letter.attempts())
                .put("diedAt", JsonText.moment(letter.diedAt()))
                .put("error", letter.error()));
      } else {
        table.row(
            letter.stream(),
            letter.id(),
            letter.type(),
            letter.attempts(),
            output.time(letter.diedAt()),
            output.value(letter.error()));
      }
    }
    if (!table.isEmpty()) {
      output.table(table);
    }
    return ExitCode.OK;
  }

  private static int redrive(QueueAdmin admin, StreamId stream, String entry, Output output) {
    if (!admin.redrive(stream, entry)) {
      throw noSuch(stream, entry);
    }
    return asked(stream, entry, "redrive", "processed after all", output);
  }

  private int drop(QueueAdmin admin, StreamId stream, String entry, Output output) {
    if (!consent.isGiven()) {
      if (admin.deadLetters(stream).stream().noneMatch(letter -> letter.id().equals(entry))) {
        throw noSuch(stream, entry);
      }
      output.note("this would drop \"%s\" of %s for good".formatted(entry, stream));
      return Consent.missing(output);
    }
    if (!admin.drop(stream, entry)) {
      throw noSuch(stream, entry);
    }
    return asked(stream, entry, "drop", "dropped", output);
  }

  private static int asked(
      StreamId stream, String entry, String what, String willBe, Output output) {
    if (output.isJson()) {
      output.object(StreamRows.stream(stream).put("entry", entry).put("asked", what));
    } else {
      output.line(
          "\"%s\" of %s will be %s when a worker has the queue".formatted(entry, stream, willBe));
    }
    return ExitCode.OK;
  }

  private static Refusal noSuch(StreamId stream, String entry) {
    return Refusal.nothing("%s has no dead letter \"%s\"".formatted(stream, entry));
  }
}
