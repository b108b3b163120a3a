// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import dev.holdfast.streams.internal.Sha256;

/** Names that are made of ids, and fit where an id of any length would not. */
final class Keys {

  private static final int MOST = 256;

  private Keys() {}

  /** Joins a prefix and an id; the same in every process, and another one for each pair. */
  static String of(String prefix, String id) {
    String key = prefix + id;
    return key.length() <= MOST ? key : prefix + "#" + new Sha256().add(id).hex();
  }
}
