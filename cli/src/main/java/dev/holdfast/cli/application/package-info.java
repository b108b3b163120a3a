// SPDX-License-Identifier: Apache-2.0

/** The code of an application, from jars that the caller names. */
@NullMarked
package dev.holdfast.cli.application;

import org.jspecify.annotations.NullMarked;
