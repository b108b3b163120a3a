// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

/** Runners of projections, on PostgreSQL. */
class RunnerOnPostgresIT extends RunnerContract {}
