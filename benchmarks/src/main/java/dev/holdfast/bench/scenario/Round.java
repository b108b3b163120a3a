// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.floor.FloorMeter;
import dev.holdfast.bench.store.BenchStore;

/**
 * What a case measures with.
 *
 * @param store where
 * @param floor what it compares with
 * @param settings how thoroughly
 */
public record Round(BenchStore store, FloorMeter floor, Settings settings) {}
