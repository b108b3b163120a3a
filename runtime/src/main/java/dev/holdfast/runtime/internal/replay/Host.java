// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.internal.Interceptors;
import dev.holdfast.runtime.internal.event.PayloadCodec;
import dev.holdfast.worker.internal.util.WorkerThreads;

/**
 * What the executions of one worker have in common.
 *
 * @param values how values are encoded
 * @param threads creates the threads of code
 * @param watch watches over code that runs
 * @param payloads how large values may be that the store takes
 * @param store what else the store takes
 * @param interceptors what runs around code
 * @param history how long their histories may be
 */
public record Host(
    PayloadCodec values,
    WorkerThreads threads,
    CodeWatch watch,
    PayloadLimit payloads,
    StoreFeatures store,
    Interceptors interceptors,
    HistoryLimit history) {}
