// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.InstanceDeletion;
import java.util.List;

/**
 * Deletes instances, and lets the client forget how those ended that it had started: which of them
 * are gone with their roots is not told. Thread-safe.
 *
 * @param calls the calls of the store
 * @param startedHere what the client remembers
 */
record ForgettingDeletion(InstanceDeletion calls, StartedHere startedHere)
    implements InstanceDeletion {

  @Override
  public Counts delete(List<String> instanceIds, boolean force) {
    try {
      return calls.delete(instanceIds, force);
    } finally {
      startedHere.forgetAll();
    }
  }

  @Override
  public Counts deleteBulk(BulkFilter filter) {
    try {
      return calls.deleteBulk(filter);
    } finally {
      startedHere.forgetAll();
    }
  }
}
