// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.ChangeResult;

/**
 * The result of {@link PutSnapshot}.
 *
 * @param stored true when it was stored; false when one of its stream, schema and version was
 *     there, and stays (SNAPSHOT-05)
 */
public record SnapshotStored(boolean stored) implements ChangeResult {}
