// SPDX-License-Identifier: Apache-2.0

/**
 * What is stored and the rules about it. All classes are stateless and work in the transaction that
 * they are given; in a writing one, nobody else writes.
 */
package com.example.holdfast.h2.queue;
