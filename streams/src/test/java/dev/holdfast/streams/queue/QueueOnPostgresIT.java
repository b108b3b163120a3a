// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

class QueueOnPostgresIT extends QueueContract {}
