// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import java.util.List;

/**
 * One build of a projection.
 *
 * @param generation its number, from 1
 * @param shards its shards, in order
 * @param parked how many events it has set aside
 */
public record GenerationInfo(int generation, List<ShardInfo> shards, long parked) {
  /** Copies the shards. */
  public GenerationInfo {
    shards = List.copyOf(shards);
  }
}
