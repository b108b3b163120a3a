// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

class QueueOnSqliteTest extends QueueContract {}
