// SPDX-License-Identifier: Apache-2.0

/** Requests and answers: who may ask, what is where, and which headers every answer has. */
@NullMarked
package dev.holdfast.console.http;

import org.jspecify.annotations.NullMarked;
