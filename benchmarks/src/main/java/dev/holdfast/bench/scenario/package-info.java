// SPDX-License-Identifier: Apache-2.0

/** What is measured. */
@NullMarked
package dev.holdfast.bench.scenario;

import org.jspecify.annotations.NullMarked;
