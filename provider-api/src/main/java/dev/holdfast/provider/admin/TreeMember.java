// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.admin;

import dev.holdfast.provider.Preview;
import org.jspecify.annotations.Nullable;

/**
 * A member of a tree of instances.
 *
 * @param instanceId the member
 * @param parentInstanceId its parent, absent for a root
 */
@Preview
public record TreeMember(String instanceId, @Nullable String parentInstanceId) {}
