// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.feature.KeyValues;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code kv}. */
@Command(
    name = "kv",
    description = "Shows the key-values of an instance. Returns 1 when there are none.")
final class KvCommand extends StoreCommand {

  @Parameters(index = "0", paramLabel = "ID", description = "the instance")
  private String instanceId = "";

  @Parameters(index = "1", arity = "0..1", paramLabel = "KEY", description = "only this one")
  private @Nullable String key;

  KvCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Store store, Output output) {
    KeyValues calls = store.keyValues();
    Map<String, KeyValue> values = new TreeMap<>();
    if (key == null) {
      values.putAll(calls.readAll(instanceId));
    } else {
      String one = key;
      calls.read(instanceId, one).ifPresent(value -> values.put(one, value));
    }
    if (values.isEmpty()) {
      output.note("no such key-values of \"%s\"".formatted(instanceId));
      return ExitCode.NOTHING;
    }
    Table table = new Table("KEY", "UPDATED", "VALUE");
    values.forEach((name, value) -> {
      if (output.isJson()) {
        ObjectNode object =
            JsonText.object()
                .put("instanceId", instanceId)
                .put("key", name)
                .put("lastUpdatedAt", JsonText.moment(value.lastUpdatedAt()));
        JsonText.put(object, "value", value.value());
        output.object(object);
      } else {
        table.row(name, output.time(value.lastUpdatedAt()), output.payload(value.value()));
      }
    });
    if (!table.isEmpty()) {
      output.table(table);
    }
    return ExitCode.OK;
  }
}
