// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.application;

import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.store.Store;
import dev.holdfast.streams.EventSourcing;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says whose streams are meant. Not thread-safe. */
public final class TenantOption {

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "the streams and projections of this tenant, by the names that it has for them")
  private @Nullable String tenant;

  /** {@return whether a tenant is meant} */
  public boolean isGiven() {
    return tenant != null;
  }

  /**
   * Joins the library and a store, without the code of an application.
   *
   * @param store the store
   * @return the library, to be closed by the caller
   * @throws Refusal when the store has no streams
   */
  public EventSourcing library(Store store) {
    store.eventStreams();
    return view(EventSourcing.on(store.provider()));
  }

  /** {@return what the tenant sees, or all} */
  EventSourcing view(EventSourcing all) {
    if (tenant == null) {
      return all;
    }
    if (tenant.isEmpty()) {
      throw Refusal.badInput("--tenant is empty; leave it out for the streams of no tenant");
    }
    return all.forTenant(tenant);
  }
}
