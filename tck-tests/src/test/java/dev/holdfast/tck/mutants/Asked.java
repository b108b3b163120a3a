// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.admin.ExecutionDetails;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceDetails;
import dev.holdfast.provider.admin.InstanceFacts;
import dev.holdfast.provider.admin.InstancePage;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.admin.InstanceStats;
import dev.holdfast.provider.admin.QueueDepths;
import dev.holdfast.provider.admin.StoreMetrics;
import dev.holdfast.provider.admin.TreeMember;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Passes every question on; broken variants override one. */
class Asked implements InstanceAdmin {

  final InstanceAdmin inner;

  Asked(InstanceAdmin inner) {
    this.inner = inner;
  }

  /** A provider whose questions are answered wrongly. */
  static Provider of(Provider provider, UnaryOperator<InstanceAdmin> broken) {
    InstanceAdmin admin = broken.apply(provider.capability(InstanceAdmin.class).orElseThrow());
    return new Forwarding(provider) {
      @Override
      public <C extends Capability> Optional<C> capability(Class<C> type) {
        return type == InstanceAdmin.class ? Optional.of(type.cast(admin)) : super.capability(type);
      }
    };
  }

  @Override
  public InstancePage list(InstanceQuery query) {
    return inner.list(query);
  }

  @Override
  public InstanceDetails instance(String instanceId) {
    return inner.instance(instanceId);
  }

  @Override
  public ExecutionDetails execution(String instanceId, long executionId) {
    return inner.execution(instanceId, executionId);
  }

  @Override
  public List<ExecutionDetails> executions(String instanceId) {
    return inner.executions(instanceId);
  }

  @Override
  public List<TreeMember> tree(String instanceId) {
    return inner.tree(instanceId);
  }

  @Override
  public List<String> children(String instanceId) {
    return inner.children(instanceId);
  }

  @Override
  public Optional<String> parent(String instanceId) {
    return inner.parent(instanceId);
  }

  @Override
  public StoreMetrics metrics() {
    return inner.metrics();
  }

  @Override
  public QueueDepths queueDepths() {
    return inner.queueDepths();
  }

  @Override
  public InstanceStats stats(String instanceId) {
    return inner.stats(instanceId);
  }

  @Override
  public InstanceFacts facts(String instanceId) {
    return inner.facts(instanceId);
  }
}
