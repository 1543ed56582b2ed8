package io.openshell.proxy.sandbox;

import io.openshell.core.policy.Policy;

/**
 * A policy that was or is in force.
 *
 * @param number rises with each policy that takes over; equal numbers are the same policy
 * @param policy the compiled policy
 */
public record PolicyGeneration(long number, Policy policy) {}
