// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.store;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.ProviderFactory;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.SchemaMode;
import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.feature.KeyValues;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.Leases;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.HoldfastClient;
import java.util.Map;

/** The store of one command, open. Not thread-safe. */
public final class Store implements AutoCloseable {

  private final Provider provider;
  private final HoldfastClient client;
  private final String url;

  private Store(Provider provider, String url) {
    this.provider = provider;
    this.client = HoldfastClient.on(provider, DataConverter.jackson());
    this.url = url;
  }

  /**
   * Opens the store that the options name.
   *
   * @param options the options
   * @param environment the environment variables
   * @param mode what opening does about the schema
   * @return the store, to be closed by the caller
   * @throws Refusal when the options are wrong, or the schema is missing or does not fit
   * @throws dev.holdfast.provider.ProviderError when it cannot be opened
   */
  public static Store open(StoreOptions options, Map<String, String> environment, SchemaMode mode) {
    ProviderConfig config = options.config(environment, mode);
    ProviderFactory factory;
    try {
      factory = Providers.find(config);
    } catch (Misconfigured e) {
      throw Refusal.badInput("no provider takes a URL like " + options.shown(environment));
    }
    try {
      return new Store(factory.open(config), options.shown(environment));
    } catch (Misconfigured e) {
      throw new Refusal(
          ExitCode.UNAVAILABLE, options.shown(environment) + " cannot be used: " + e.getMessage());
    }
  }

  /** {@return the handle} */
  public Provider provider() {
    return provider;
  }

  /** {@return the runtime's client, by which values are encoded as workers expect} */
  public HoldfastClient client() {
    return client;
  }

  /** {@return where the store is, without passwords} */
  public String url() {
    return url;
  }

  /** {@return the questions of operators} */
  public InstanceAdmin admin() {
    return need(Feature.INSTANCE_ADMIN, InstanceAdmin.class, "lists and reads instances");
  }

  /** {@return the deletion of instances} */
  public InstanceDeletion deletion() {
    return need(Feature.INSTANCE_DELETION, InstanceDeletion.class, "deletes instances");
  }

  /** {@return the pruning of executions} */
  public ExecutionPruning pruning() {
    return need(Feature.EXECUTION_PRUNING, ExecutionPruning.class, "removes old executions");
  }

  /** {@return the key-values of instances} */
  public KeyValues keyValues() {
    return need(Feature.KEY_VALUES, KeyValues.class, "keeps key-values of instances");
  }

  /** {@return the audit log} */
  public AuditLog audit() {
    return need(Feature.AUDIT_LOG, AuditLog.class, "keeps an audit log");
  }

  /** {@return the named leases} */
  public Leases leases() {
    return need(Feature.LEASES, Leases.class, "keeps named leases");
  }

  /** {@return the runs and their steps} */
  public StateTables stateTables() {
    return need(Feature.STATE_TABLES, StateTables.class, "keeps runs and steps");
  }

  /** {@return the inboxes of steps} */
  public DurableInbox inbox() {
    return need(Feature.INBOX, DurableInbox.class, "keeps inboxes of steps");
  }

  /** {@return the inputs of trigger steps} */
  public Triggers triggers() {
    return need(Feature.TRIGGERS, Triggers.class, "keeps inputs of trigger steps");
  }

  /** {@return the streams of events, and the log} */
  public EventStreams eventStreams() {
    return need(Feature.EVENT_STREAMS, EventStreams.class, "keeps streams of events");
  }

  /** {@return the snapshots of streams} */
  public Snapshots snapshots() {
    return need(Feature.SNAPSHOTS, Snapshots.class, "keeps snapshots of streams");
  }

  /** {@return the projections of the log} */
  public Projections projections() {
    return need(Feature.PROJECTIONS, Projections.class, "keeps projections of the log");
  }

  private <C extends Capability> C need(Feature feature, Class<C> type, String what) {
    return provider
        .capability(type)
        .orElseThrow(() ->
            Refusal.badInput(
                "this needs the feature %s (a store that %s), which the provider \"%s\" does not declare"
                    .formatted(feature, what, provider.info().id())));
  }

  @Override
  public void close() {
    client.close();
    provider.close();
  }
}
