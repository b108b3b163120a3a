// SPDX-License-Identifier: Apache-2.0

/** The client. */
@NullMarked
package dev.holdfast.runtime.internal.client;

import org.jspecify.annotations.NullMarked;
