// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.RuntimeVersion;
import dev.holdfast.provider.VersionFilter;
import dev.holdfast.provider.VersionRange;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.Arrays;
import java.util.List;

/** Pinned instances and filtered fetches as tests make them. Stateless. */
final class Pins {

  private Pins() {}

  /** Ends a test of what only a provider with version filters can do. */
  static void requireDeclared(StoreUnderTest store) {
    if (!store.declares(Feature.VERSION_FILTER)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.VERSION_FILTER.name());
    }
  }

  static RuntimeVersion version(int major, int minor, int patch) {
    return new RuntimeVersion(major, minor, patch);
  }

  static VersionRange range(RuntimeVersion from, RuntimeVersion to) {
    return new VersionRange(from, to);
  }

  /** The range of all versions with this first number. */
  static VersionRange major(int number) {
    return range(version(number, 0, 0), version(number, Integer.MAX_VALUE, Integer.MAX_VALUE));
  }

  static VersionFilter filter(VersionRange... ranges) {
    return new VersionFilter(Arrays.asList(ranges));
  }

  /** Makes an instance whose first execution is pinned; nothing is queued for it. */
  static void create(Handle handle, String instanceId, RuntimeVersion pin) {
    handle.create(instanceId);
    pin(handle, instanceId, pin);
  }

  /** Pins the current execution of an instance by another turn. No other instance is ready. */
  static void pin(Handle handle, String instanceId, RuntimeVersion pin) {
    handle.poke(instanceId);
    handle
        .turn(handle.fetchOne(instanceId))
        .metadata(metadata -> metadata.runtimeVersion(pin))
        .apply();
  }

  static OrchestrationFetch request(StoreUnderTest store, int max, VersionFilter filter) {
    return OrchestrationFetch.of(max, store.lockFor()).withVersionFilter(filter);
  }

  static List<OrchestrationItem> fetch(StoreUnderTest store, int max, VersionFilter filter) {
    return store.first().fetch(request(store, max, filter));
  }

  /** The ids that a fetch through a filter delivers, sorted. */
  static List<String> delivered(StoreUnderTest store, VersionFilter filter) {
    return ids(fetch(store, Handle.ALL, filter));
  }

  /** Fetches through a filter and gives everything back without a trace; the ids, sorted. */
  static List<String> matching(StoreUnderTest store, VersionFilter filter) {
    List<OrchestrationItem> items = fetch(store, Handle.ALL, filter);
    items.forEach(item -> store.first().abandon(item, AbandonOptions.now().uncounted()));
    return ids(items);
  }

  static List<String> ids(List<OrchestrationItem> items) {
    return items.stream().map(OrchestrationItem::instanceId).sorted().toList();
  }
}
