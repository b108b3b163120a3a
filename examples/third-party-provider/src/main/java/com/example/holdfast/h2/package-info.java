// SPDX-License-Identifier: Apache-2.0

/**
 * A Holdfast provider on the H2 database, written with nothing but the SPI, as an example for
 * authors of providers. {@code db} knows H2 and nothing of Holdfast's rules, {@code queue} holds
 * the rules, one class per thing that is stored; this package puts both behind the SPI.
 */
package com.example.holdfast.h2;
