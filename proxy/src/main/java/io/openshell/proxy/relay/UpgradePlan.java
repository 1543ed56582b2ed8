package io.openshell.proxy.relay;

import io.openshell.core.decide.UpgradeDecision;

/** What a 101 from the upstream leads to. */
sealed interface UpgradePlan {

    /** Nothing: the request did not ask for one. */
    record None() implements UpgradePlan {}

    /** The bytes pass unread. */
    record Unread() implements UpgradePlan {}

    /** A stream inspector reads the bytes. */
    record Inspected(UpgradeDecision.Inspected decision) implements UpgradePlan {}

    UpgradePlan NONE = new None();
    UpgradePlan UNREAD = new Unread();
}
