// SPDX-License-Identifier: Apache-2.0

/** What operators ask and do. Knows the connections, nothing of the queues. */
@NullMarked
package dev.holdfast.provider.postgres.admin;

import org.jspecify.annotations.NullMarked;
