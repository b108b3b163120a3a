// SPDX-License-Identifier: Apache-2.0

/** How graphs are checked, read and written. No part of the API. */
@NullMarked
package dev.holdfast.graph.internal;

import org.jspecify.annotations.NullMarked;
