// SPDX-License-Identifier: Apache-2.0

/**
 * What an application gives to tools that work with its own code, such as the command line: {@link
 * dev.holdfast.streams.application.EventSourcedApplication}.
 */
@NullMarked
package dev.holdfast.streams.application;

import org.jspecify.annotations.NullMarked;
