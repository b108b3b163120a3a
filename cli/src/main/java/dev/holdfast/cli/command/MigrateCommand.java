// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.SchemaMode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code migrate}, the only one that makes or changes a schema. */
@Command(
    name = "migrate",
    description =
        "Makes the schema of a store, or brings it up to date; safe while workers run. Does nothing"
            + " where it fits already.")
final class MigrateCommand extends StoreCommand {

  @Option(names = "--dry-run", description = "only say whether there is something to do")
  private boolean dryRun;

  MigrateCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Output output) {
    String missing = missing();
    if (missing == null) {
      return say(output, "up-to-date", "the schema fits; nothing to do", ExitCode.OK);
    }
    if (dryRun) {
      return say(output, "needed", "there is something to do: " + missing, ExitCode.NOTHING);
    }
    output.note("making or migrating the schema…");
    try (Store store = open(SchemaMode.CREATE_AND_MIGRATE)) {
      return run(store, output);
    }
  }

  @Override
  int run(Store store, Output output) {
    return say(output, "migrated", store.url() + " is up to date now", ExitCode.OK);
  }

  /** Returns what keeps the schema from fitting; null when it does. */
  private @Nullable String missing() {
    try {
      open(SchemaMode.CHECK_ONLY).close();
      return null;
    } catch (Refusal e) {
      if (e.exitCode() != ExitCode.UNAVAILABLE) {
        throw e;
      }
      return String.valueOf(e.getMessage());
    }
  }

  private static int say(Output output, String result, String text, int code) {
    if (output.isJson()) {
      output.object(JsonText.object().put("result", result).put("text", text));
    } else {
      output.line(text);
    }
    return code;
  }
}
