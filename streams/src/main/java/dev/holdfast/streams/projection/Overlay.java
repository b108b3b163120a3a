// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.Payload;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The rows as a handler sees them, with what it has changed over what is stored. One thread. */
final class Overlay<R> implements Rows<R> {

  private final RowCodec<R> codec;
  private final Function<String, Found> stored;
  private final Map<String, Found> read = new HashMap<>();
  private final Map<String, Optional<Payload>> changed = new LinkedHashMap<>();

  Overlay(RowCodec<R> codec, Function<String, Found> stored) {
    this.codec = codec;
    this.stored = stored;
  }

  @Override
  public Optional<R> get(String key) {
    Optional<Payload> own = changed.get(key);
    Optional<Payload> value = own == null ? Optional.ofNullable(find(key).value()) : own;
    return value.map(codec::read);
  }

  private Found find(String key) {
    return read.computeIfAbsent(key, stored);
  }

  /** Takes the changes of one event, all or none. */
  void apply(List<Row<R>> rows) {
    Map<String, Optional<Payload>> written = new LinkedHashMap<>();
    for (Row<R> row : rows) {
      find(row.key());
      @Nullable R value = row.value();
      written.put(row.key(), value == null ? Optional.empty() : Optional.of(codec.write(value)));
    }
    changed.putAll(written);
  }

  int size() {
    return changed.size();
  }

  List<Edit> edits() {
    return changed.entrySet().stream()
        .map(e -> new Edit(e.getKey(), e.getValue().orElse(null), find(e.getKey()).version()))
        .toList();
  }
}
