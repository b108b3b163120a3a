// SPDX-License-Identifier: Apache-2.0
package com.example.greetings;

import java.util.List;

/**
 * What was said to a guest.
 *
 * @param lines line by line
 */
record Greetings(List<String> lines) {}
