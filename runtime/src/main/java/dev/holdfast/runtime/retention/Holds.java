// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.InstanceAdmin;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a policy holds: the ids that it names, and the trees that they belong to. */
final class Holds {

  /** Parents may form a circle, which no root ends. */
  private static final int DEEPEST = 1_000;

  private final Set<String> named;
  private final Supplier<InstanceAdmin> admin;
  private @Nullable Set<String> roots;

  /**
   * Takes them.
   *
   * @param named the ids
   * @param admin finds parents; asked for only where there are holds
   */
  Holds(Set<String> named, Supplier<InstanceAdmin> admin) {
    this.named = named;
    this.admin = admin;
  }

  /** {@return the ids that are held by name} */
  Set<String> named() {
    return named;
  }

  /** {@return whether the tree of an instance is held} */
  boolean hasTreeOf(String instanceId, @Nullable String parentId) {
    if (named.isEmpty()) {
      return false;
    }
    return roots().contains(parentId == null ? instanceId : rootOf(instanceId));
  }

  private Set<String> roots() {
    Set<String> known = roots;
    if (known == null) {
      known = new HashSet<>();
      for (String id : named) {
        known.add(rootOf(id));
      }
      roots = known;
    }
    return known;
  }

  private String rootOf(String instanceId) {
    String root = instanceId;
    for (int depth = 0; depth < DEEPEST; depth++) {
      Optional<String> parent = parentOf(root);
      if (parent.isEmpty() || !isThere(parent.get())) {
        return root;
      }
      root = parent.get();
    }
    return root;
  }

  private Optional<String> parentOf(String instanceId) {
    try {
      return admin.get().parent(instanceId);
    } catch (ProviderError.NotFound e) {
      return Optional.empty();
    }
  }

  /** A child whose parent is gone is a root. */
  private boolean isThere(String instanceId) {
    try {
      admin.get().instance(instanceId);
      return true;
    } catch (ProviderError.NotFound e) {
      return false;
    }
  }
}
