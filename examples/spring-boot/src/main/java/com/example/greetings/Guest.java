// SPDX-License-Identifier: Apache-2.0
package com.example.greetings;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Somebody to greet. Jackson's annotations are the same for Spring's mapper, of Jackson 2 or 3, and
 * for Holdfast's, of Jackson 3.
 *
 * @param name the guest's name
 */
record Guest(@JsonProperty("full_name") String name) {}
