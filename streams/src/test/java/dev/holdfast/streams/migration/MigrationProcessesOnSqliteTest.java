// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

class MigrationProcessesOnSqliteTest extends MigrationProcessesContract {}
