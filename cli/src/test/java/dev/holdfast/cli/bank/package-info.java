// SPDX-License-Identifier: Apache-2.0

/** An application, which tests give to commands as a jar. */
@NullMarked
package dev.holdfast.cli.bank;

import org.jspecify.annotations.NullMarked;
