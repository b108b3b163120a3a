// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.application.Application;
import dev.holdfast.cli.application.ApplicationOptions;
import dev.holdfast.cli.io.Count;
import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.streams.Comparison;
import dev.holdfast.streams.Repository;
import dev.holdfast.streams.projection.Projector;
import dev.holdfast.streams.projection.Verification;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code verify}. */
@Command(
    name = "verify",
    description =
        "Compares what is derived with the events: the rows of projections with the log, and the"
            + " snapshots of aggregates with their streams. Changes nothing. Returns 1 when there"
            + " are differences.",
    footer = {
      "",
      "Workers and runners may go on meanwhile. The log is folded beside the store; what does not"
          + " fit into memory is in temporary files meanwhile."
    })
final class VerifyCommand extends StoreCommand {

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "projections, and categories of aggregates; all that the application has")
  private List<String> names = List.of();

  @Mixin private final ApplicationOptions code = new ApplicationOptions();

  VerifyCommand(Surroundings surroundings) {
    super(surroundings);
  }

  /** A field that is not what the events say. */
  private record Found(
      String key,
      String field,
      @Nullable JsonNode stored,
      @Nullable JsonNode expected,
      String at) {}

  /** What one comparison came to: how many differences there are, and those that are listed. */
  private record Checked(
      String name, Kind kind, long compared, long differences, List<Found> found) {}

  private enum Kind {
    PROJECTION("projection", "row"),
    AGGREGATE("aggregate", "stream");

    private final String word;
    private final String compared;

    Kind(String word, String compared) {
      this.word = word;
      this.compared = compared;
    }
  }

  @Override
  int run(Store store, Output output) {
    try (Application application = code.open(store)) {
      names.forEach(name -> checkKnown(application, name));
      List<Checked> all = new ArrayList<>();
      for (Projector<?, ?> projector : application.projectors()) {
        if (isWanted(projector.projection().name())) {
          all.add(verify(projector));
        }
      }
      for (Repository<?, ?, ?> repository : application.repositories()) {
        if (isWanted(repository.aggregate().category())) {
          all.add(verify(repository));
        }
      }
      if (all.isEmpty()) {
        throw Refusal.nothing("the application has no projection and no aggregate");
      }
      show(all, output);
      boolean equal = all.stream().allMatch(checked -> checked.differences() == 0);
      return equal ? ExitCode.OK : ExitCode.NOTHING;
    }
  }

  private boolean isWanted(String name) {
    return names.isEmpty() || names.contains(name);
  }

  private static void checkKnown(Application application, String name) {
    if (!application.hasProjector(name) && !application.hasRepository(name)) {
      throw Refusal.badInput(
          "the application has no projection and no aggregate \"%s\"".formatted(name));
    }
  }

  private static Checked verify(Projector<?, ?> projector) {
    Verification seen = OwnCode.run(projector::verify);
    List<Found> found =
        seen.differences().stream()
            .map(d -> new Found(d.key(), d.field(), d.stored(), d.expected(), d.position() + ""))
            .toList();
    return new Checked(
        projector.projection().name(), Kind.PROJECTION, seen.rows(), seen.found(), found);
  }

  private static <S, E> Checked verify(Repository<S, ?, E> repository) {
    Comparison seen = OwnCode.run(() -> repository.compareAll(repository.aggregate().evolve()));
    List<Found> found =
        seen.differences().stream()
            .map(
                d -> new Found(d.key(), d.field(), d.stored(), d.other(), "version " + d.version()))
            .toList();
    return new Checked(
        repository.aggregate().category(), Kind.AGGREGATE, seen.streams(), found.size(), found);
  }

  private static void show(List<Checked> all, Output output) {
    if (output.isJson()) {
      all.forEach(checked -> output.object(json(checked)));
      return;
    }
    Table table = new Table("VERIFIED", "KIND", "COMPARED", ">DIFFERENCES");
    Table differences = new Table("OF", "KEY", "FIELD", "STORED", "EXPECTED", "AS-OF");
    for (Checked checked : all) {
      table.row(
          checked.name(),
          checked.kind().word,
          Count.of(checked.compared(), checked.kind().compared),
          checked.differences());
      for (Found found : checked.found()) {
        Function<@Nullable JsonNode, String> cell =
            value -> value == null ? "nothing" : output.value(value);
        differences.row(
            checked.name(),
            found.key(),
            found.field(),
            cell.apply(found.stored()),
            cell.apply(found.expected()),
            found.at());
      }
    }
    output.table(table);
    if (!differences.isEmpty()) {
      output.space();
      output.table(differences);
    }
    for (Checked checked : all) {
      long more = checked.differences() - checked.found().size();
      if (more > 0) {
        output.note("%s: %,d more differences are not listed".formatted(checked.name(), more));
      }
    }
  }

  private static ObjectNode json(Checked checked) {
    ObjectNode object =
        JsonText.object()
            .put("name", checked.name())
            .put("kind", checked.kind().word)
            .put("compared", checked.compared())
            .put("found", checked.differences());
    ArrayNode array = object.putArray("differences");
    for (Found found : checked.found()) {
      ObjectNode one = array.addObject().put("key", found.key()).put("field", found.field());
      one.set("stored", found.stored());
      one.set("expected", found.expected());
      one.put("asOf", found.at());
    }
    return object;
  }
}
