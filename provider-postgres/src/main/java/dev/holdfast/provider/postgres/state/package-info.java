// SPDX-License-Identifier: Apache-2.0

/** State beside orchestrations. Knows the server, nothing of the queues. */
@NullMarked
package dev.holdfast.provider.postgres.state;

import org.jspecify.annotations.NullMarked;
