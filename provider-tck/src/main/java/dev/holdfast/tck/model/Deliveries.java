// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.provider.LockToken;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What one side was delivered from one queue, by instance. Not thread-safe. */
final class Deliveries<T> {

  private final Function<T, String> instance;
  private final Function<T, LockToken> token;
  private final Map<String, List<T>> items = new HashMap<>();
  private final Map<Object, Long> epochs = new HashMap<>();

  Deliveries(Function<T, String> instance, Function<T, LockToken> token) {
    this.instance = instance;
    this.token = token;
  }

  /** Remembers an item, and answers which delivery of which instance it is. */
  String add(T item) {
    List<T> earlier = items.computeIfAbsent(instance.apply(item), id -> new ArrayList<>());
    earlier.add(item);
    return instance.apply(item) + " delivery " + earlier.size() + grown(token.apply(item));
  }

  private String grown(LockToken shown) {
    Object of =
        shown instanceof LockToken.OfActivity activity ? activity.activity() : shown.instanceId();
    Long before = epochs.put(of, shown.epoch());
    return before != null && before >= shown.epoch() ? " (its token did not grow)" : "";
  }

  Optional<T> find(TokenRef ref) {
    List<T> found = items.getOrDefault(Side.id(ref.instance()), List.of());
    int index = found.size() - 1 - ref.back();
    return index < 0 ? Optional.empty() : Optional.of(found.get(index));
  }
}
