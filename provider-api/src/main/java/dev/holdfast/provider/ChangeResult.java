// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.state.InboxAppended;
import dev.holdfast.provider.state.InboxConsumed;
import dev.holdfast.provider.state.RunDeleted;
import dev.holdfast.provider.state.RunWritten;
import dev.holdfast.provider.state.StepWritten;
import dev.holdfast.provider.state.TriggerDelivered;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.ProjectionUpdated;
import dev.holdfast.provider.stream.SnapshotStored;

/**
 * What one {@link Change} has done: what a read right after it says (CHANGE-07). There is one for
 * each change of a call, in the same order. Immutable.
 *
 * <p>New kinds may be added in later versions; a {@code switch} over results needs a default.
 */
public sealed interface ChangeResult
    permits MessageSent,
        RunWritten,
        RunDeleted,
        StepWritten,
        InboxAppended,
        InboxConsumed,
        TriggerDelivered,
        Appended,
        SnapshotStored,
        ProjectionUpdated {}
