// SPDX-License-Identifier: Apache-2.0

/**
 * How the kit runs: the JUnit extension of rule classes, the settings, selection, rounds and ledger
 * of a run. Makes what {@code words} and {@code instrument} offer; nothing of these knows it.
 */
@NullMarked
package dev.holdfast.tck.junit;

import org.jspecify.annotations.NullMarked;
