// SPDX-License-Identifier: Apache-2.0

/** State beside orchestrations. Knows the store, nothing of the queues. */
@NullMarked
package dev.holdfast.provider.sqlite.state;

import org.jspecify.annotations.NullMarked;
