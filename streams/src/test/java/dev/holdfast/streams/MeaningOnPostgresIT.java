// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

/** What events mean, on PostgreSQL. */
class MeaningOnPostgresIT extends MeaningContract {}
