// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.admin;

import org.jspecify.annotations.Nullable;

/**
 * A member of a tree of instances.
 *
 * @param instanceId the member
 * @param parentInstanceId its parent as stored, absent when none was given
 */
public record TreeMember(String instanceId, @Nullable String parentInstanceId) {}
