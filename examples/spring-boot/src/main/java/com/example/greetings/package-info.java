// SPDX-License-Identifier: Apache-2.0

/** A Spring Boot application that greets guests durably. */
package com.example.greetings;
