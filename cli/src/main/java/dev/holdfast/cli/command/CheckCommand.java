// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderInfo;
import java.util.List;
import picocli.CommandLine.Command;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code check}. */
@Command(
    name = "check",
    description =
        "Checks that a store can be used: it is reachable, its schema fits, and a call returns."
            + " Changes nothing.")
final class CheckCommand extends StoreCommand {

  private static final long MICROS_PER_MILLI = 1_000;

  CheckCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Store store, Output output) {
    long began = System.nanoTime();
    // A call that reads, of an instance that is not there.
    store.provider().latestExecutionId("holdfast-check");
    long micros = (System.nanoTime() - began) / 1_000;
    ProviderInfo info = store.provider().info();
    List<String> features = info.features().stream().sorted().map(Feature::name).toList();
    if (output.isJson()) {
      ObjectNode object =
          JsonText.object()
              .put("url", store.url())
              .put("ok", true)
              .put("provider", info.id())
              .put("providerVersion", info.version())
              .put("specVersion", info.specVersion())
              .put("callMicros", micros);
      ArrayNode array = object.putArray("features");
      features.forEach(array::add);
      output.object(object);
    } else {
      output.line("%s can be used".formatted(store.url()));
      output.line(
          "  provider  %s %s, specification %s"
              .formatted(info.id(), info.version(), info.specVersion()));
      output.line("  features  " + String.join(", ", features));
      output.line(
          "  one call  %,d.%03d ms"
              .formatted(micros / MICROS_PER_MILLI, micros % MICROS_PER_MILLI));
    }
    return ExitCode.OK;
  }
}
