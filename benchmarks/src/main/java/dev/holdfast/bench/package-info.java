// SPDX-License-Identifier: Apache-2.0

/** The command that measures a provider against the floor of its own store. */
@NullMarked
package dev.holdfast.bench;

import org.jspecify.annotations.NullMarked;
