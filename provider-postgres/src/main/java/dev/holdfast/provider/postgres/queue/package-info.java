// SPDX-License-Identifier: Apache-2.0

/** The operations on instances, messages and activities. */
@NullMarked
package dev.holdfast.provider.postgres.queue;

import org.jspecify.annotations.NullMarked;
