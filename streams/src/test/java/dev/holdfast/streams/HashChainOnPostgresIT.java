// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

/** Chains of hashes, on PostgreSQL. */
class HashChainOnPostgresIT extends HashChainContract {}
