// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

/** Events of older forms, on SQLite. */
class EvolutionOnSqliteTest extends EvolutionContract {}
