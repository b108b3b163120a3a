// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.Limits;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.RuntimeVersion;
import dev.holdfast.provider.SessionClaim;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.VersionFilter;
import dev.holdfast.provider.VersionRange;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a provider says about itself is complete and true, and what it does not declare is refused.
 */
@RuleFamily("SPI")
final class SpiDeclarationRules {

  /**
   * Info is constant for the life of a handle and complete.
   *
   * <p><b>Shape:</b> compare it before and after work and after close, with that of another handle,
   * and with the floors.
   */
  @Rule("SPI-06")
  void infoIsConstantAndComplete(StoreUnderTest store) {
    Handle first = store.first();
    ProviderInfo info = first.provider().info();
    Expect.equal("Two handles differ.", info, store.second().provider().info());
    Expect.equal(
        "The provider follows another specification.",
        ProviderInfo.SPEC_VERSION,
        info.specVersion());
    Limits floor = Limits.floor();
    Limits limits = info.limits();
    expectFloor("maxPayloadBytes", floor.maxPayloadBytes(), limits.maxPayloadBytes());
    expectFloor("maxTagsPerFilter", floor.maxTagsPerFilter(), limits.maxTagsPerFilter());
    expectFloor("maxPageSize", floor.maxPageSize(), limits.maxPageSize());
    expectFloor("defaultBulkSize", floor.defaultBulkSize(), limits.defaultBulkSize());
    expectFloor("maxKeysPerInstance", floor.maxKeysPerInstance(), limits.maxKeysPerInstance());

    first.create("order");
    Expect.equal("Work changes the info.", info, first.provider().info());
    first.close();
    Expect.equal("Closing the handle changes the info.", info, first.provider().info());
  }

  /**
   * Info makes no call to the store.
   *
   * <p><b>Shape:</b> stop the store; info answers as before.
   */
  @Rule("SPI-06")
  void infoNeedsNoStore(StoreUnderTest store) {
    ProviderInfo info = store.first().provider().info();
    store.storeSwitch().stop();
    try {
      Expect.equal("Stopping the store changes the info.", info, store.first().provider().info());
    } finally {
      store.storeSwitch().start();
    }
  }

  private static void expectFloor(String limit, int floor, int actual) {
    Expect.above("The limit " + limit + " is below the floor.", floor - 1L, actual);
  }

  /**
   * Declared equals found.
   *
   * <p><b>Shape:</b> ask for the type of every feature, twice, and for a type of the kit's own.
   */
  @Rule("SPI-07")
  void declaredEqualsFound(StoreUnderTest store) {
    Provider provider = store.first().provider();
    for (Feature feature : Feature.values()) {
      Optional.ofNullable(feature.type()).ifPresent(type -> expectFound(provider, feature, type));
    }
    Expect.equal(
        "A capability was found that the provider cannot know.",
        Optional.empty(),
        provider.capability(MadeUp.class));
  }

  @SuppressWarnings("ReferenceEquality") // the very same object is what the rule asks for
  private static <C extends Capability> void expectFound(
      Provider provider, Feature feature, Class<C> type) {
    Optional<C> found = provider.capability(type);
    Expect.equal(
        "Declared and found differ: " + feature + ".",
        provider.info().declares(feature),
        found.isPresent());
    found.ifPresent(one ->
        Expect.that(
            "Another instance was found the second time: " + feature + ".",
            one == provider.capability(type).orElse(null)));
  }

  /** A capability that no provider knows. */
  private interface MadeUp extends Capability {}

  /**
   * A fetch that needs an undeclared feature is refused and locks nothing.
   *
   * <p><b>Shape:</b> for each undeclared feature that a fetch can carry, fetch with it while work
   * is ready.
   */
  @Rule("SPI-08")
  void anUndeclaredFeatureInAFetchIsRefused(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    first.poke("order");
    Snapshot before = store.snapshot("order");

    if (!store.declares(Feature.VERSION_FILTER)) {
      for (VersionFilter filter : List.of(someVersions(), new VersionFilter(List.of()))) {
        expectNotSupported(
            Feature.VERSION_FILTER,
            () -> first.fetch(OrchestrationFetch.of(1, store.lockFor()).withVersionFilter(filter)));
      }
    }
    ActivityFetch fetch = ActivityFetch.of(1, store.lockFor());
    if (!store.declares(Feature.TAGS)) {
      for (TagFilter filter : List.of(TagFilter.tags("gpu"), TagFilter.untaggedOr("gpu"))) {
        expectNotSupported(
            Feature.TAGS, () -> first.provider().fetchActivityItems(fetch.withTagFilter(filter)));
      }
    }
    if (!store.declares(Feature.SESSIONS)) {
      SessionClaim claim = SessionClaim.of("owner", store.lockFor());
      expectNotSupported(
          Feature.SESSIONS, () -> first.provider().fetchActivityItems(fetch.withSession(claim)));
    }

    store.expectUnchanged("A refused fetch changed something.", before);
    Expect.equal("A refused fetch was counted.", 1, first.fetchOne("order").deliveryCount());
    Expect.equal("A refused fetch was counted.", 1, first.fetchActivity(1).deliveryCount());
  }

  private static void expectNotSupported(Feature feature, Runnable call) {
    NotSupported error =
        Expect.thrown(
            "A call with " + feature + ", which is not declared, was not refused.",
            NotSupported.class,
            call);
    Expect.equal("The error names another feature.", feature, error.feature());
  }

  /**
   * An ack that needs an undeclared feature is rejected and costs only the call.
   *
   * <p><b>Shape:</b> for each undeclared feature and each path of the ack, ack with it and with
   * good parts; nothing changes; then the ack without it is applied with the same token.
   */
  @Rule("SPI-08")
  void anUndeclaredFeatureInAnAckIsRejected(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    OrchestrationItem item = first.fetchOne("order");
    Snapshot before = store.snapshot("order");

    expectRejected(
        store,
        item,
        Feature.VERSION_FILTER,
        m -> m.metadata(metadata -> metadata.runtimeVersion(new RuntimeVersion(1, 0, 0))));
    expectRejected(store, item, Feature.TAGS, t -> t.activity(task().tag("gpu").build()));
    expectRejected(store, item, Feature.SESSIONS, t -> t.activity(task().sessionId("s").build()));
    Payload value = Payload.utf8("value");
    for (CustomStatusChange change :
        List.of(new CustomStatusChange.Set(value), new CustomStatusChange.Clear())) {
      expectRejected(
          store, item, Feature.CUSTOM_STATUS, t -> t.metadata(m -> m.customStatus(change)));
    }
    for (KeyValueMutation mutation :
        List.of(
            new KeyValueMutation.Set("key", value),
            new KeyValueMutation.Clear("key"),
            new KeyValueMutation.ClearAll())) {
      expectRejected(store, item, Feature.KEY_VALUES, t -> t.metadata(m -> m.keyValue(mutation)));
    }

    store.expectUnchanged("An ack with an undeclared feature changed something.", before);
    good(first, item).apply();
    Expect.equal("The good ack was not stored.", Sample.events(1, 2), first.history("order", 1));
  }

  /**
   * A claim that needs an undeclared feature is refused like a fetch and costs only the call.
   *
   * <p><b>Shape:</b> for each undeclared feature that a claim can carry, ack or enqueue with it,
   * whether claims are declared or not; nothing changes; then the same call without it is applied
   * with the same token.
   */
  @Rule("SPI-08")
  void anUndeclaredFeatureInAClaimIsRefused(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    first.poke("order");
    OrchestrationItem item = first.fetchOne("order");
    ActivityItem activity = first.fetchActivity(1);
    Snapshot before = store.snapshot("order");

    TagFilter untagged = TagFilter.untagged();
    SessionClaim session = SessionClaim.of("owner", store.lockFor());
    for (TagFilter filter : List.of(TagFilter.tags("gpu"), TagFilter.untaggedOr("gpu"))) {
      expectRejected(
          store,
          item,
          Feature.TAGS,
          t -> t.eager(new EagerActivities(1, store.lockFor(), filter, null)));
    }
    expectRejected(
        store,
        item,
        Feature.SESSIONS,
        t -> t.eager(new EagerActivities(1, store.lockFor(), untagged, session)));
    if (!store.declares(Feature.VERSION_FILTER)) {
      EagerInstance eager = new EagerInstance(store.lockFor(), 0, someVersions());
      ActivityAck ack = new ActivityAck(activity.lockToken(), Sample.completion(activity), eager);
      String what = "A claim with VERSION_FILTER, which is not declared, was not refused.";
      Expect.rejected(what, NotSupported.class, first.provider().ackActivityItem(ack));
      Expect.rejected(
          what, NotSupported.class, first.provider().ackActivityItems(List.of(ack)).get(0));
      expectNotSupported(
          Feature.VERSION_FILTER,
          () -> first.provider().enqueue(Sample.message("order", "claiming"), eager));
    }

    store.expectUnchanged(
        "A call with an undeclared feature in its claim changed something.", before);
    first.complete(activity);
    good(first, item).apply();
    Batch.expect(
        "A refused enqueue stored its message.",
        first.fetchOne("order"),
        Sample.completion(activity),
        Sample.message("order", "more"));
  }

  private static VersionFilter someVersions() {
    RuntimeVersion version = new RuntimeVersion(1, 0, 0);
    return new VersionFilter(List.of(new VersionRange(version, version)));
  }

  private static ActivityTask.Builder task() {
    return ActivityTask.builder(
        new ActivityIdentity("order", 1, 7), "activity", Payload.empty(), Sample.NAME);
  }

  private static Turn good(Handle handle, OrchestrationItem item) {
    return handle
        .turn(item)
        .name(Sample.NAME)
        .events(1, 2)
        .activities(1)
        .send(Sample.message("order", "more"));
  }

  private static void expectRejected(
      StoreUnderTest store, OrchestrationItem item, Feature feature, UnaryOperator<Turn> use) {
    if (store.declares(feature)) {
      return;
    }
    String what = "An ack with " + feature + ", which is not declared, was not rejected.";
    NotSupported error = use.apply(good(store.first(), item)).reject(what, NotSupported.class);
    Expect.equal("The error names another feature.", feature, error.feature());
    List<AckResult> results =
        store
            .first()
            .provider()
            .ackOrchestrationItems(List.of(use.apply(good(store.first(), item)).build()));
    Expect.rejected(what, NotSupported.class, results.get(0));
  }
}
