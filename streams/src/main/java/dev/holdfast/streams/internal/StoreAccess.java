// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Snapshots;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The store as the library uses it: its features, its settings, and whose streams. Thread-safe. */
public final class StoreAccess {

  private final Provider provider;
  private final EventStreams streams;
  private final @Nullable Snapshots snapshots;
  private final Settings settings;
  private final Tenant tenant;
  private final Patience patience;
  private final SnapshotWriter writer;
  private final @Nullable Appender appender;

  /** Finds the features. */
  public StoreAccess(Provider provider, Settings settings) {
    this.provider = provider;
    this.settings = settings;
    streams =
        provider
            .capability(EventStreams.class)
            .orElseThrow(
                () -> new ProviderError.NotSupported("EventSourcing", Feature.EVENT_STREAMS));
    snapshots = provider.capability(Snapshots.class).orElse(null);
    tenant = Tenant.NONE;
    patience = new Patience(settings.patience());
    writer = new SnapshotWriter(snapshots, settings);
    appender = null;
  }

  private StoreAccess(StoreAccess all, Tenant tenant, @Nullable Appender appender) {
    provider = all.provider;
    settings = all.settings;
    streams = all.streams;
    snapshots = all.snapshots;
    patience = all.patience;
    writer = all.writer;
    this.tenant = tenant;
    this.appender = appender;
  }

  /** The same store, seen by a tenant. */
  public StoreAccess forTenant(Tenant one) {
    return new StoreAccess(this, one, appender);
  }

  /** The same store, to which everything is appended in a way of its own. */
  public StoreAccess appending(Appender way) {
    return new StoreAccess(this, tenant, way);
  }

  /** Whether appends have a way of their own. */
  public boolean appendsInItsOwnWay() {
    return appender != null;
  }

  /** Refuses what appends by itself, where appends have a way of their own. */
  public void refuseAppender(String what) {
    if (appender != null) {
      throw new IllegalArgumentException(
          "rows are stored with each append here, which %s do not; use a projection that follows the log"
              .formatted(what));
    }
  }

  /** Appends events, with a key. */
  public Appended append(AppendEvents append) {
    Appender way = appender;
    return way == null ? call(streams -> streams.append(append)) : way.append(append);
  }

  public Provider provider() {
    return provider;
  }

  public Settings settings() {
    return settings;
  }

  /** What traces; null for nothing. */
  public @Nullable Spans spans() {
    return settings.spans();
  }

  public Tenant tenant() {
    return tenant;
  }

  /** What puts snapshots beside the work. */
  public SnapshotWriter writer() {
    return writer;
  }

  /** The snapshots; null where the store has none. */
  public @Nullable Snapshots snapshots() {
    return snapshots;
  }

  /** The streams, without patience. */
  public EventStreams streams() {
    return streams;
  }

  /** Makes a call that may be repeated safely: a read, or an append with a key. */
  public <T> T call(Function<EventStreams, T> call) {
    return patience.call(() -> call.apply(streams));
  }

  /** Makes another call that may be repeated safely. */
  public Patience patience() {
    return patience;
  }

  /** How many events are read at once: as many as is set, and the store takes. */
  public int pageSize() {
    return Math.min(settings.pageSize(), streams.limits().maxPageSize());
  }
}
