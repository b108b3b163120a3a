// SPDX-License-Identifier: Apache-2.0

/** The demo: runs the orders, kills a worker in the middle, and audits what came of it. */
@NullMarked
package dev.holdfast.examples.orders.demo;

import org.jspecify.annotations.NullMarked;
