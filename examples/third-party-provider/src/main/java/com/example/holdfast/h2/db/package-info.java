// SPDX-License-Identifier: Apache-2.0

/** The H2 database: location, schema, connections, transactions, errors. */
package com.example.holdfast.h2.db;
