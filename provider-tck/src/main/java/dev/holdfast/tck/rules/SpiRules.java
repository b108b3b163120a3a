// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.Limits;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import dev.holdfast.provider.ProviderFactory;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.RuntimeVersion;
import dev.holdfast.provider.SessionClaim;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.VersionFilter;
import dev.holdfast.provider.VersionRange;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.fixture.StorePlace;
import dev.holdfast.tck.harness.Configs;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.FixtureUnderTest;
import dev.holdfast.tck.harness.Footprint;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Parked;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.SingleForms;
import dev.holdfast.tck.harness.Snapshot;
import dev.holdfast.tck.harness.SomeFactories;
import dev.holdfast.tck.harness.SomeFactories.AcceptsEverything;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Turn;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.junit.jupiter.api.parallel.Isolated;

/** How a provider is found, opened and closed, and that what it says about itself is true. */
@RuleFamily("SPI")
@Isolated("what this JVM has running, open and on its console is compared")
final class SpiRules {

  private static final int OPENINGS = 4;
  private static final String NO_OPTION = "no-such-option";

  /**
   * The factory's id is constant, lower case, not blank, and that of what it opens.
   *
   * <p><b>Shape:</b> find the factory several times; compare its id with that of several handles.
   *
   * <p><b>If this fails, check:</b> do factory and info take the id from one constant?
   */
  @Rule("SPI-01")
  void theFactoryHasTheIdOfWhatItOpens(StoreUnderTest s) {
    ProviderConfig config = s.config();
    String id = Providers.find(config).id();
    Expect.that("The factory's id is blank.", !id.isBlank());
    Expect.equal("The factory's id is not in lower case.", id.toLowerCase(Locale.ROOT), id);
    Expect.equal("The factory's id changes.", id, Providers.find(config).id());
    for (Handle handle : List.of(s.a(), s.b(), s.newHandle())) {
      Expect.equal("A handle has another id than its factory.", id, handle.provider().info().id());
    }
  }

  /**
   * The factory is found once, on the class path.
   *
   * <p><b>Shape:</b> a child JVM with the provider on its class path lists the factories.
   *
   * <p><b>If this fails, check:</b> does META-INF/services name the factory, once? is its class
   * public, with a public constructor without parameters?
   */
  @Rule("SPI-01")
  void theFactoryIsFoundOnTheClassPath(StoreUnderTest s) {
    try (ChildJvm child = ChildJvm.start(s.anyCrashTarget(), Task.FACTORIES)) {
      expectFoundOnce(s, child);
    }
  }

  /**
   * The factory is found once, on the module path.
   *
   * <p><b>Shape:</b> a child JVM with the provider on its module path lists the factories.
   *
   * <p><b>If this fails, check:</b> does module-info say {@code provides ... with}? does the module
   * read all it needs?
   */
  @Rule("SPI-01")
  void theFactoryIsFoundOnTheModulePath(StoreUnderTest s) {
    try (ChildJvm child = ChildJvm.startOnModulePath(s.anyCrashTarget(), Task.FACTORIES)) {
      expectFoundOnce(s, child);
    }
  }

  private static void expectFoundOnce(StoreUnderTest s, ChildJvm child) {
    String expected = "factory " + s.a().provider().info().id();
    long found = child.rest().stream().filter(expected::equals).count();
    Expect.equal("The factory is not found exactly once.\n" + child.complaints(), 1L, found);
  }

  /**
   * Accepts says yes to its own configurations and no to foreign ones, and never throws.
   *
   * <p><b>Shape:</b> call it with the store's configuration, with foreign and with malformed URLs.
   *
   * <p><b>If this fails, check:</b> does it look at more than the scheme of the URL? does it parse
   * what may be missing?
   */
  @Rule("SPI-02")
  void acceptsKnowsItsOwnAndNeverThrows(StoreUnderTest s) {
    ProviderConfig own = s.config();
    ProviderFactory factory = Providers.find(own);
    Expect.that("The factory does not accept its own configuration.", factory.accepts(own));
    Expect.that(
        "The factory does not accept its own configuration with one more option.",
        factory.accepts(Configs.like(own).option(NO_OPTION, "1").build()));
    for (String url :
        List.of(
            "foreign-kit:store",
            "foreign-kit://host:1/store?a=b",
            "jdbc:foreign-kit:store",
            ":",
            "//",
            "?a=b",
            "%",
            "a b",
            "\u00e9")) {
      Expect.that(
          "The factory accepts a foreign URL: " + url,
          !factory.accepts(ProviderConfig.url(url).build()));
    }
  }

  /**
   * Accepts makes no I/O.
   *
   * <p><b>Shape:</b> call it for a store that does not exist, for one that cannot be reached, and
   * for a data source that counts connections.
   *
   * <p><b>If this fails, check:</b> does it open what it should only look at?
   */
  @Rule("SPI-02")
  void acceptsMakesNoIo(StoreUnderTest s, FixtureUnderTest f) {
    ProviderFactory factory = Providers.find(s.config());
    AtomicInteger connections = new AtomicInteger();
    boolean accepted = factory.accepts(ProviderConfig.dataSource(counting(connections)).build());
    Expect.equal(
        "A connection was asked for, whatever the answer (" + accepted + ").",
        0,
        connections.get());
    f.fixture()
        .unreachable()
        .ifPresent(config ->
            Expect.that(
                "The factory does not accept a configuration for a store out of reach.",
                factory.accepts(config)));
    StorePlace place = f.freshPlace();
    Expect.that(
        "The factory does not accept a store that is not made yet.",
        factory.accepts(place.config("store")));
    Expect.none("Accepting a configuration made something.", place.contents());
  }

  private static DataSource counting(AtomicInteger connections) {
    return (DataSource)
        Proxy.newProxyInstance(
            DataSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getConnection")) {
                connections.incrementAndGet();
              }
              throw new UnsupportedOperationException(method.getName());
            });
  }

  /**
   * When no factory accepts, or two do, the lookup fails and lists every candidate.
   *
   * <p><b>Shape:</b> class loaders that find none, this provider's factory, and one more that
   * accepts everything.
   *
   * <p><b>If this fails, check:</b> does the provider find others by itself instead of through the
   * lookup of the SPI? does its factory say its own id?
   */
  @Rule("SPI-03")
  void anAmbiguousLookupListsItsCandidates(StoreUnderTest s) {
    ProviderConfig config = s.config();
    Class<? extends ProviderFactory> own = Providers.find(config).getClass();
    String ownId = Providers.find(config).id();

    Expect.thrown(
        "A lookup without factories found one.",
        Misconfigured.class,
        () -> Providers.find(config, new SomeFactories(List.of())));
    Expect.equal(
        "The only factory is not found.",
        ownId,
        Providers.find(config, new SomeFactories(List.of(own))).id());
    expectListed(
        ownId,
        own,
        Expect.thrown(
            "The lookup took a factory that does not accept.",
            Misconfigured.class,
            () ->
                Providers.find(
                    ProviderConfig.url("foreign-kit:store").build(),
                    new SomeFactories(List.of(own)))));
    Misconfigured two =
        Expect.thrown(
            "The lookup took one of two that accept.",
            Misconfigured.class,
            () -> Providers.find(config, new SomeFactories(List.of(own, AcceptsEverything.class))));
    expectListed(ownId, own, two);
    expectListed(AcceptsEverything.ID, AcceptsEverything.class, two);
    Expect.equal(
        "The factory that was chosen by its id is not the one that is found.",
        ownId,
        Providers.find(
                Configs.like(config).provider(ownId).build(),
                new SomeFactories(List.of(AcceptsEverything.class, own)))
            .id());
  }

  private static void expectListed(
      String id, Class<? extends ProviderFactory> factory, Misconfigured error) {
    String text = String.valueOf(error.getMessage());
    String jar = String.valueOf(factory.getProtectionDomain().getCodeSource().getLocation());
    Expect.that("The error does not name the candidate " + id + ":\n" + text, text.contains(id));
    Expect.that("The error does not say where " + id + " is:\n" + text, text.contains(jar));
  }

  /**
   * An unknown option makes open fail, naming it, and creates nothing.
   *
   * <p><b>Shape:</b> open a place where no store is yet with an unknown option, and with each
   * illegal value that the fixture knows; then look for files, schemas and threads.
   *
   * <p><b>If this fails, check:</b> are all options checked before the first file or connection is
   * opened?
   */
  @Rule("SPI-04")
  void anUnknownOptionIsRefusedAndCreatesNothing(FixtureUnderTest f) {
    StorePlace place = f.freshPlace();
    ProviderConfig config = place.config("store");
    Footprint before = Footprint.take();

    expectRefused(config, NO_OPTION, "1");
    for (Map.Entry<String, String> illegal : f.fixture().illegalOptions().entrySet()) {
      expectRefused(config, illegal.getKey(), illegal.getValue());
    }

    Expect.none("A refused open made something.", place.contents());
    Expect.none("A refused open left threads behind.", before.newThreads());
  }

  /**
   * An unknown option makes open fail on a store that exists, too.
   *
   * <p><b>Shape:</b> open the store with an unknown option; its contents are as before.
   *
   * <p><b>If this fails, check:</b> are unknown options ignored?
   */
  @Rule("SPI-04")
  void anUnknownOptionIsRefusedOnAStoreThatExists(StoreUnderTest s) {
    s.a().create("order");
    Snapshot before = s.snapshot("order");

    expectRefused(s.config(), NO_OPTION, "1");

    s.expectUnchanged("A refused open changed the store.", before);
  }

  private static void expectRefused(ProviderConfig config, String option, String value) {
    Misconfigured error =
        Expect.thrown(
            "A store was opened with an illegal option " + option + ".",
            Misconfigured.class,
            () -> Providers.open(Configs.like(config).option(option, value).build()).close());
    Expect.that(
        "The error does not name the option " + option + ": " + error.getMessage(),
        String.valueOf(error.getMessage()).contains(option));
  }

  /**
   * Opening a store that cannot be reached is StoreUnavailable and leaves nothing behind.
   *
   * <p><b>Shape:</b> open a configuration that leads nowhere, several times; compare threads and
   * files.
   *
   * <p><b>If this fails, check:</b> is a pool started before the first connection works, and not
   * closed again? is the driver's error passed on?
   */
  @Rule("SPI-05")
  void openingAStoreOutOfReachIsStoreUnavailable(FixtureUnderTest f) {
    ProviderConfig config =
        f.fixture().unreachable().orElseThrow(() -> new NotMeasured(FixturePart.UNREACHABLE));
    openOutOfReach(config);
    Footprint before = Footprint.take();

    for (int i = 0; i < OPENINGS; i++) {
      openOutOfReach(config);
    }

    Expect.none("A failed open left threads behind.", before.newThreads());
    Expect.that("A failed open left files or connections behind.", before.moreFiles() < OPENINGS);
  }

  private static void openOutOfReach(ProviderConfig config) {
    Expect.thrown(
        "A store that cannot be reached was opened.",
        StoreUnavailable.class,
        () -> Providers.open(config).close());
  }

  /**
   * Info is constant for the life of a handle and complete.
   *
   * <p><b>Shape:</b> compare it before and after work and after close, with that of another handle,
   * and with the floors.
   *
   * <p><b>If this fails, check:</b> is it computed from the store? does it fail once the handle is
   * closed?
   */
  @Rule("SPI-06")
  void infoIsConstantAndComplete(StoreUnderTest s) {
    Handle a = s.a();
    ProviderInfo info = a.provider().info();
    Expect.equal("Two handles differ.", info, s.b().provider().info());
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

    a.create("order");
    Expect.equal("Work changes the info.", info, a.provider().info());
    a.close();
    Expect.equal("Closing the handle changes the info.", info, a.provider().info());
  }

  /**
   * Info makes no call to the store.
   *
   * <p><b>Shape:</b> stop the store; info answers as before.
   *
   * <p><b>If this fails, check:</b> is the version or a limit read from the store each time?
   */
  @Rule("SPI-06")
  void infoNeedsNoStore(StoreUnderTest s) {
    ProviderInfo info = s.a().provider().info();
    s.storeSwitch().stop();
    try {
      Expect.equal("Stopping the store changes the info.", info, s.a().provider().info());
    } finally {
      s.storeSwitch().start();
    }
  }

  private static void expectFloor(String limit, int floor, int actual) {
    Expect.above("The limit " + limit + " is below the floor.", floor - 1L, actual);
  }

  /**
   * Declared equals found.
   *
   * <p><b>Shape:</b> ask for the type of every feature, twice, and for a type of the kit's own.
   *
   * <p><b>If this fails, check:</b> do the declared capabilities and the lookup come from one
   * place? is a new object made with each call?
   */
  @Rule("SPI-07")
  void declaredEqualsFound(StoreUnderTest s) {
    Provider provider = s.a().provider();
    for (Feature feature : Feature.values()) {
      feature.type().ifPresent(type -> expectFound(provider, feature, type));
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
   *
   * <p><b>If this fails, check:</b> is a filter ignored that the provider does not know? is the
   * request checked before the first row is locked?
   */
  @Rule("SPI-08")
  void anUndeclaredFeatureInAFetchIsRefused(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    a.poke("order");
    Snapshot before = s.snapshot("order");

    if (!s.declares(Feature.VERSION_FILTER)) {
      RuntimeVersion version = new RuntimeVersion(1, 0, 0);
      VersionFilter filter = new VersionFilter(List.of(new VersionRange(version, version)));
      expectNotSupported(
          Feature.VERSION_FILTER,
          () -> a.fetch(OrchestrationFetch.of(1, s.lockFor()).withVersionFilter(filter)));
    }
    ActivityFetch fetch = ActivityFetch.of(1, s.lockFor());
    if (!s.declares(Feature.TAGS)) {
      for (TagFilter filter : List.of(TagFilter.tags("gpu"), TagFilter.untaggedOr("gpu"))) {
        expectNotSupported(
            Feature.TAGS, () -> a.provider().fetchActivityItems(fetch.withTagFilter(filter)));
      }
    }
    if (!s.declares(Feature.SESSIONS)) {
      SessionClaim claim = SessionClaim.of("owner", s.lockFor());
      expectNotSupported(
          Feature.SESSIONS, () -> a.provider().fetchActivityItems(fetch.withSession(claim)));
    }

    s.expectUnchanged("A refused fetch changed something.", before);
    Expect.equal("A refused fetch was counted.", 1, a.fetchOne("order").attemptCount());
    Expect.equal("A refused fetch was counted.", 1, a.fetchActivity(1).attemptCount());
  }

  private static void expectNotSupported(Feature feature, Runnable call) {
    NotSupported error =
        Expect.thrown(
            "A fetch with " + feature + ", which is not declared, was not refused.",
            NotSupported.class,
            call);
    Expect.equal("The error names another feature.", feature, error.feature());
  }

  /**
   * An ack that needs an undeclared feature is rejected and costs only the call.
   *
   * <p><b>Shape:</b> for each undeclared feature and each path of the ack, ack with it and with
   * good parts; nothing changes; then the ack without it is applied with the same token.
   *
   * <p><b>If this fails, check:</b> is a field ignored that the provider does not store? is the ack
   * checked before anything is written?
   */
  @Rule("SPI-08")
  void anUndeclaredFeatureInAnAckIsRejected(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    OrchestrationItem item = a.fetchOne("order");
    Snapshot before = s.snapshot("order");

    expectRejected(
        s,
        item,
        Feature.VERSION_FILTER,
        m -> m.metadata(metadata -> metadata.runtimeVersion(new RuntimeVersion(1, 0, 0))));
    expectRejected(s, item, Feature.TAGS, t -> t.activity(task().tag("gpu").build()));
    expectRejected(s, item, Feature.SESSIONS, t -> t.activity(task().sessionId("s").build()));
    Payload value = Payload.utf8("value");
    for (CustomStatusChange change :
        List.of(new CustomStatusChange.Set(value), new CustomStatusChange.Clear())) {
      expectRejected(s, item, Feature.CUSTOM_STATUS, t -> t.metadata(m -> m.customStatus(change)));
    }
    for (KeyValueMutation mutation :
        List.of(
            new KeyValueMutation.Set("key", value),
            new KeyValueMutation.Clear("key"),
            new KeyValueMutation.ClearAll())) {
      expectRejected(s, item, Feature.KEY_VALUES, t -> t.metadata(m -> m.keyValue(mutation)));
    }

    s.expectUnchanged("An ack with an undeclared feature changed something.", before);
    good(a, item).apply();
    Expect.equal("The good ack was not stored.", Sample.events(1, 2), a.history("order", 1));
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
      StoreUnderTest s, OrchestrationItem item, Feature feature, UnaryOperator<Turn> use) {
    if (s.declares(feature)) {
      return;
    }
    String what = "An ack with " + feature + ", which is not declared, was not rejected.";
    NotSupported error = use.apply(good(s.a(), item)).reject(what, NotSupported.class);
    Expect.equal("The error names another feature.", feature, error.feature());
    List<AckResult> results =
        s.a().provider().ackOrchestrationItems(List.of(use.apply(good(s.a(), item)).build()));
    Expect.rejected(what, NotSupported.class, results.get(0));
  }

  /**
   * List forms mean the same whether inherited or overridden.
   *
   * <p><b>Shape:</b> the same lists of good, bad and repeated elements, on one store through the
   * provider and on another through single calls; answers and stores are equal.
   *
   * <p><b>If this fails, check:</b> does one bad element change what happens to the others? does
   * the list form judge an element by the state before the list instead of the state after the
   * elements before it?
   */
  @Rule("SPI-09")
  void listFormsMeanTheSameInheritedOrOverridden(StoreUnderTest s, StoreUnderTest other) {
    List<Object> overridden = useListForms(s, s.a().provider());
    List<Object> inherited = useListForms(other, new SingleForms(other.a().provider()));
    for (int i = 0; i < overridden.size(); i++) {
      Expect.equal(
          "The list form answers something else than single calls.",
          inherited.get(i),
          overridden.get(i));
    }
  }

  private static List<Object> useListForms(StoreUnderTest s, Provider provider) {
    List<Object> answers = new ArrayList<>();
    List<OrchestratorMessage> starts = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      starts.add(Sample.start("order-" + i, Sample.NAME, Sample.VERSION));
    }
    provider.enqueueAll(starts);
    List<OrchestrationItem> items =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(10, s.lockFor()));
    items.forEach(item -> answers.add(item.instanceId()));
    OrchestrationAck first = ack(items.get(0), 1, 2).build();
    LockToken unknown = new LockToken.OfInstance("nobody", 1);
    answers.addAll(
        kinds(
            provider.ackOrchestrationItems(
                List.of(
                    first,
                    ack(items.get(1), 2, 2).historyDelta(twice(2)).build(),
                    ack(items.get(2), 1, 3).build(),
                    first,
                    OrchestrationAck.builder(unknown, 1).build()))));
    answers.addAll(kinds(provider.ackOrchestrationItems(List.of())));
    answers.add(
        provider
            .renewOrchestrationItems(
                items.stream().map(OrchestrationItem::lockToken).toList(), s.lockFor())
            .stream()
            .map(LockToken::instanceId)
            .sorted()
            .toList());

    List<ActivityItem> activities = provider.fetchActivityItems(ActivityFetch.of(10, s.lockFor()));
    activities.forEach(item -> answers.add(item.task()));
    ActivityAck done =
        ActivityAck.of(activities.get(0).lockToken(), Sample.completion(activities.get(0)));
    ActivityAck astray =
        ActivityAck.of(activities.get(1).lockToken(), Sample.message("nobody", "astray"));
    answers.addAll(kinds(provider.ackActivityItems(List.of(done, astray, done))));
    answers.add(
        provider
            .renewActivityItems(
                activities.stream().map(ActivityItem::lockToken).toList(), s.lockFor())
            .stream()
            .map(LockToken::instanceId)
            .toList());

    for (int i = 1; i <= 4; i++) {
      answers.add(provider.readHistory("order-" + i, 1, 0, 100));
    }
    s.moveTime(s.lockFor());
    for (OrchestrationItem item :
        provider.fetchOrchestrationItems(OrchestrationFetch.of(10, s.lockFor()))) {
      answers.add(
          item.instanceId()
              + " attempt "
              + item.attemptCount()
              + item.messages().stream().map(m -> m.body().asUtf8()).toList());
    }
    return answers;
  }

  private static OrchestrationAck.Builder ack(OrchestrationItem item, long from, long to) {
    String id = item.instanceId();
    return OrchestrationAck.builder(item.lockToken(), 1)
        .historyDelta(Sample.events(from, to))
        .activities(List.of(Sample.activity(id, 1)))
        .messages(List.of(Sample.message("order-4", "from " + id)));
  }

  private static List<HistoryEvent> twice(long eventId) {
    return List.of(Sample.event(eventId), Sample.event(eventId));
  }

  private static List<String> kinds(List<AckResult> results) {
    return results.stream()
        .map(result ->
            result instanceof AckResult.Rejected(var error)
                ? "Rejected " + error.getClass().getSimpleName()
                : result.getClass().getSimpleName())
        .toList();
  }

  /**
   * Close is idempotent and ends waiting fetches promptly, with an empty answer.
   *
   * <p><b>Shape:</b> park fetches on both queues; close twice; both answer.
   *
   * <p><b>If this fails, check:</b> are waiting threads woken when the handle closes? does the
   * second close fail?
   */
  @Rule("SPI-10")
  void closeEndsWaitingFetches(StoreUnderTest s) {
    Handle a = s.a();
    Duration wait = s.pace().prompt().multipliedBy(50);
    try (Parked<List<OrchestrationItem>> items =
            Parked.call(
                s.pace(), () -> a.fetch(OrchestrationFetch.of(1, s.lockFor()).withWaitUpTo(wait)));
        Parked<List<ActivityItem>> activities =
            Parked.call(
                s.pace(),
                () ->
                    a.provider()
                        .fetchActivityItems(ActivityFetch.of(1, s.lockFor()).withWaitUpTo(wait)))) {
      a.close();
      a.close();

      String what = "A waiting fetch goes on after its handle was closed.";
      Expect.none("A closed handle delivered.", items.within(what, s.pace().prompt()));
      Expect.none("A closed handle delivered.", activities.within(what, s.pace().prompt()));
    }
  }

  /**
   * Calls on a closed handle are InvalidRequest that says so.
   *
   * <p><b>Shape:</b> lock an instance and an activity; close; call everything; another handle still
   * works.
   *
   * <p><b>If this fails, check:</b> is the driver's own error passed on? do acks throw what they
   * should answer?
   */
  @Rule("SPI-10")
  void aClosedHandleRefusesEveryCall(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    a.poke("order");
    OrchestrationItem item = a.fetchOne("order");
    ActivityItem activity = a.fetchActivity(1);
    a.close();

    Provider provider = a.provider();
    LockToken token = item.lockToken();
    LockToken activityToken = activity.lockToken();
    Duration lock = s.lockFor();
    expectClosed(() -> a.fetch(1));
    expectClosed(() -> a.fetchActivities(1));
    expectClosed(() -> provider.abandonOrchestrationItem(token, Abandonment.now()));
    expectClosed(() -> provider.abandonActivityItem(activityToken, Abandonment.now()));
    expectClosed(() -> provider.renewOrchestrationItem(token, lock));
    expectClosed(() -> provider.renewActivityItem(activityToken, lock));
    expectClosed(() -> provider.renewOrchestrationItems(List.of(token), lock));
    expectClosed(() -> provider.renewActivityItems(List.of(activityToken), lock));
    expectClosed(() -> a.poke("order"));
    expectClosed(() -> provider.enqueueAll(List.of(Sample.message("order", "late"))));
    expectClosed(() -> provider.readHistory("order", 1, 0, 1));
    expectClosed(() -> provider.latestExecutionId("order"));
    OrchestrationAck ack = a.turn(item).event(1).build();
    ActivityAck activityAck = ActivityAck.of(activityToken, Sample.completion(activity));
    expectClosed(provider.ackOrchestrationItem(ack));
    expectClosed(provider.ackActivityItem(activityAck));
    expectClosed(provider.ackOrchestrationItems(List.of(ack)).get(0));
    expectClosed(provider.ackActivityItems(List.of(activityAck)).get(0));

    Expect.none("A refused ack was stored.", s.b().history("order", 1));
    s.b().turn(item).event(1).apply();
    s.b().complete(activity);
  }

  private static void expectClosed(Runnable call) {
    expectSaysClosed(Expect.thrown("A closed handle took a call.", InvalidRequest.class, call));
  }

  private static void expectClosed(AckResult result) {
    expectSaysClosed(Expect.rejected("A closed handle took an ack.", InvalidRequest.class, result));
  }

  private static void expectSaysClosed(InvalidRequest error) {
    Expect.that(
        "The error does not say that the handle is closed: " + error.getMessage(),
        String.valueOf(error.getMessage()).contains("closed"));
  }

  /**
   * Closing a handle leaves its locks until they end, and other handles go on.
   *
   * <p><b>Shape:</b> fetch from both queues through A; close A; B gets nothing until L has passed,
   * then both.
   *
   * <p><b>If this fails, check:</b> does close release locks? does it close what handles share?
   */
  @Rule("SPI-11")
  void closingAHandleLeavesItsLocks(StoreUnderTest s) {
    Handle a = s.a();
    Handle b = s.b();
    a.create("order");
    a.schedule("order", 1);
    a.poke("order");
    a.fetchOne("order");
    a.fetchActivity(1);

    a.close();

    b.fetchNone("Closing a handle released a lock.");
    b.fetchNoActivity("Closing a handle released the lock of an activity.");
    s.moveTime(s.lockFor());
    Expect.equal(
        "The delivery before the handle was closed was not counted.",
        2,
        b.fetchOne("order").attemptCount());
    Expect.equal(
        "The delivery before the handle was closed was not counted.",
        2,
        b.fetchActivity(1).attemptCount());
  }

  /**
   * Closing a handle leaves the caller's data source open.
   *
   * <p><b>Shape:</b> open with a data source, where the fixture does; close; ask it for a
   * connection.
   *
   * <p><b>If this fails, check:</b> does close end a pool that it did not make?
   */
  @Rule("SPI-11")
  void closingAHandleLeavesTheCallersDataSource(StoreUnderTest s) throws Exception {
    DataSource source =
        s.config()
            .dataSource()
            .orElseThrow(() -> new NotMeasured(FixturePart.CONFIG, "with a DataSource"));
    s.a().create("order");
    s.a().close();
    source.getConnection().close();
  }

  /**
   * A closed handle leaves no thread and no open file.
   *
   * <p><b>Shape:</b> open, work and close several times; compare threads and open files.
   *
   * <p><b>If this fails, check:</b> are all threads ended and all connections closed? does a waiter
   * or timer live on?
   */
  @Rule("SPI-12")
  void aClosedHandleLeavesNothing(StoreUnderTest s) {
    s.a().create("order");
    openWorkAndClose(s);
    Footprint before = Footprint.take();

    for (int i = 0; i < OPENINGS; i++) {
      openWorkAndClose(s);
    }

    Expect.none("Closed handles left threads behind.", before.newThreads());
    Expect.that("Closed handles left files or connections behind.", before.moreFiles() < OPENINGS);
  }

  private static void openWorkAndClose(StoreUnderTest s) {
    Handle handle = s.newHandle();
    handle.poke("order");
    handle.finish(handle.fetchOne("order"));
    handle.fetchNoActivity();
    handle.close();
  }

  /**
   * A provider never writes to standard output or error.
   *
   * <p><b>Shape:</b> capture both streams of this JVM while handles are opened, work, are refused
   * and are closed.
   *
   * <p><b>If this fails, check:</b> is there a print statement, a stack trace, or a logger that is
   * bound to the console?
   */
  @Rule("SPI-12")
  void aProviderWritesNothingToTheConsole(StoreUnderTest s) {
    String written =
        Footprint.consoleOf(() -> {
          s.a().create("order");
          openWorkAndClose(s);
          Set<LockToken> held =
              s.a()
                  .provider()
                  .renewOrchestrationItems(
                      List.of(new LockToken.OfInstance("nobody", 1)), s.lockFor());
          Expect.none("A token that was never given out is held.", held);
        });
    Expect.equal("Something was written to the console.", "", written);
  }
}
