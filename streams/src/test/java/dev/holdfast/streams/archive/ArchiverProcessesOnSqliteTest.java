// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.archive;

class ArchiverProcessesOnSqliteTest extends ArchiverProcessesContract {}
