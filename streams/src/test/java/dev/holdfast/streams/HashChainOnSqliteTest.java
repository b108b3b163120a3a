// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

/** Chains of hashes, on SQLite. */
class HashChainOnSqliteTest extends HashChainContract {}
