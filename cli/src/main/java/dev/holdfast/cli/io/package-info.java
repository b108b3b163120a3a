// SPDX-License-Identifier: Apache-2.0

/** What the process is given and where its words go: arguments of a shell, tables, JSON lines. */
@NullMarked
package dev.holdfast.cli.io;

import org.jspecify.annotations.NullMarked;
