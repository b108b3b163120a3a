// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.provider.support.RequestChecks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes without an ack. Thread-safe. */
final class ReferenceChanges implements Changes {

  private final ReferenceStore store;
  private final OpenHandle handle;
  private final RequestChecks checks;
  private final Mailbox mailbox;

  ReferenceChanges(ReferenceStore store, OpenHandle handle, RequestChecks checks) {
    this.store = store;
    this.handle = handle;
    this.checks = checks;
    mailbox = new Mailbox(store);
  }

  @Override
  public int maxChanges() {
    return RequestChecks.FEWEST_MAX_CHANGES;
  }

  @Override
  public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
    return apply("apply", List.copyOf(changes), fence);
  }

  /** Applies changes for a call that means the same. */
  List<ChangeResult> apply(String operation, List<Change> all, @Nullable Fence fence) {
    checks.check(operation, all, fence);
    if (!all.isEmpty()) {
      store.beforeApply();
    }
    return handle.whole(
        operation,
        () -> {
          if (fence != null) {
            requireLive(operation, fence);
          }
          ChangeDraft draft = new ChangeDraft(operation, mailbox, store.now());
          draft.add(all);
          draft.write();
          return List.copyOf(draft.results());
        });
  }

  private void requireLive(String operation, Fence fence) {
    switch (fence) {
      case LockToken.OfInstance instance -> OrchestratorQueue.live(store, operation, instance);
      case LockToken.OfActivity activity -> WorkerQueue.live(store, operation, activity);
      case LeaseToken lease -> {
        if (!store.leases.isLive(lease, store.now())) {
          throw new LockLost(operation, lease, "it does not hold the lease now");
        }
      }
      case InboxToken message -> {
        if (!store.inboxes.isLive(message, store.now())) {
          throw new LockLost(operation, message, "it does not hold the lock of the message now");
        }
      }
    }
  }
}
