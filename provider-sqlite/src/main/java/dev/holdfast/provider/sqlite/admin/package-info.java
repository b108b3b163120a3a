// SPDX-License-Identifier: Apache-2.0

/** What operators ask and do. Knows the store and its owners, nothing of the queues. */
@NullMarked
package dev.holdfast.provider.sqlite.admin;

import org.jspecify.annotations.NullMarked;
