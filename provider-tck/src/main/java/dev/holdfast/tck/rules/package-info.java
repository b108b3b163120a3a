// SPDX-License-Identifier: Apache-2.0

/** The rules of the contract as tests, one class per family. Nothing here can be overridden. */
@NullMarked
package dev.holdfast.tck.rules;

import org.jspecify.annotations.NullMarked;
