// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

/** What events say of their cause, on PostgreSQL. */
class ContextOnPostgresIT extends ContextContract {}
