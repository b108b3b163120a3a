// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.provider.support.RequestChecks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes without an ack. Thread-safe. */
final class ReferenceChanges implements Changes {

  private static final String OPERATION = "apply";

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
    List<Change> all = List.copyOf(changes);
    checks.check(OPERATION, all, fence);
    return handle.whole(
        OPERATION,
        () -> {
          if (fence != null) {
            requireLive(fence);
          }
          ChangeDraft draft = new ChangeDraft(OPERATION, mailbox, store.now());
          draft.add(all);
          draft.write();
          return List.copyOf(draft.results());
        });
  }

  private void requireLive(Fence fence) {
    switch (fence) {
      case LockToken.OfInstance instance -> OrchestratorQueue.live(store, OPERATION, instance);
      case LockToken.OfActivity activity -> WorkerQueue.live(store, OPERATION, activity);
      case LeaseToken lease -> {
        if (!store.leases.isLive(lease, store.now())) {
          throw new LockLost(OPERATION, lease, "it does not hold the lease now");
        }
      }
    }
  }
}
