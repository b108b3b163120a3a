// SPDX-License-Identifier: Apache-2.0

/** What the packages of the library share: JSON, folds, loads, appends. Not for applications. */
@NullMarked
package dev.holdfast.streams.internal;

import org.jspecify.annotations.NullMarked;
