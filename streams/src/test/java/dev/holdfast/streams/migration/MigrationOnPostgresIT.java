// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

class MigrationOnPostgresIT extends MigrationContract {}
