// SPDX-License-Identifier: Apache-2.0

/** Waiting for work: signals of this process, notifications of other processes, and polling. */
@NullMarked
package dev.holdfast.provider.postgres.wait;

import org.jspecify.annotations.NullMarked;
