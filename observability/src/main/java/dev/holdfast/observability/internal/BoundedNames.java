// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.internal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Names that become tags, up to a number: registries keep all of them for ever. Thread-safe. */
public final class BoundedNames {

  private static final String OTHER = "other";
  private static final String NONE = "none";

  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private final int most;

  /** Begins with none; those that come when there are so many are not told apart. */
  public BoundedNames(int most) {
    this.most = most;
  }

  /** {@return the name as a tag} */
  public String of(@Nullable String name) {
    if (name == null) {
      return NONE;
    }
    if (known.contains(name)) {
      return name;
    }
    // Two at the same moment may go beyond the number by one.
    if (known.size() >= most) {
      return OTHER;
    }
    known.add(name);
    return name;
  }
}
