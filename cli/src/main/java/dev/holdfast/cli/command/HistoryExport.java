// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.Count;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.provider.Provider;
import dev.holdfast.runtime.DataConversionException;
import dev.holdfast.runtime.RecordedHistory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Writes a history to a file that a replay reads. Stateless. */
final class HistoryExport {

  private HistoryExport() {}

  /**
   * Writes it.
   *
   * @param execution the execution, null for all that are there
   * @param file a file that does not exist
   */
  static void write(
      Provider provider, String instanceId, @Nullable Long execution, Path file, Output output) {
    RecordedHistory history = read(provider, instanceId, execution);
    try {
      Files.writeString(
          file, history.toJson(), StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw Refusal.badInput(file + " is there already; name a new file, or remove it first");
    } catch (IOException e) {
      throw Refusal.badInput("%s cannot be written: %s".formatted(file, e));
    } catch (DataConversionException e) {
      throw Refusal.badInput("\"%s\" cannot be exported: %s".formatted(instanceId, e.getMessage()));
    }
    if (output.isJson()) {
      output.object(
          JsonText.object()
              .put("instanceId", instanceId)
              .put("file", file.toString())
              .put("executions", history.executions().size())
              .put("events", history.eventCount()));
    } else {
      output.line(
          "wrote %s of %s to %s"
              .formatted(
                  Count.of(history.eventCount(), "event"),
                  Count.of(history.executions().size(), "execution"),
                  file));
    }
  }

  private static RecordedHistory read(
      Provider provider, String instanceId, @Nullable Long execution) {
    try {
      return execution == null
          ? RecordedHistory.read(provider, instanceId)
          : RecordedHistory.read(provider, instanceId, execution);
    } catch (IllegalArgumentException e) {
      throw Refusal.nothing("\"%s\" cannot be exported: %s".formatted(instanceId, e.getMessage()));
    }
  }
}
