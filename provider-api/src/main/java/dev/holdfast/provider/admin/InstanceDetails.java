// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.admin;

import dev.holdfast.provider.Payload;
import org.jspecify.annotations.Nullable;

/**
 * What is stored about an instance (ADMIN-12).
 *
 * @param summary what the list shows
 * @param output the output of the current execution, absent when none was stated
 */
public record InstanceDetails(InstanceSummary summary, @Nullable Payload output) {}
